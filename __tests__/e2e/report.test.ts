import { beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { diagramsIn, parseDiagram } from '../report/mermaid-parser.js'
import { e2eLab, VERSION } from './lab.js'
import { sampleSecrets, secretsSeen } from './secrets.js'
import { shownLog } from './shape.js'

const HOSTS = [1, 2, 3]
const FROM = '3.5.16'

/** What people see of a deploy with debug output, and of a roll. */
describe('log and summary', () => {
  let lab: Lab
  let deployed: RunResult
  let rolled: RunResult
  let found: readonly string[]
  const nameOf = (host: number): string => `etcd-${lab.hosts[host - 1]?.address}`
  const notices = ({ log }: RunResult): readonly string[] =>
    [...log.matchAll(/^::notice(?: [^:]*)?::(.*)$/gm)].map(([, text = '']) => text)

  beforeAll(async () => {
    lab = await e2eLab()
    await lab.command('reset', 'all')
    const sampler = sampleSecrets(lab, HOSTS)
    deployed = await run(await lab.inputs(HOSTS, FROM), { env: { RUNNER_DEBUG: '1' } })
    rolled = await run({ ...(await lab.inputs(HOSTS, VERSION)), soak: '2s' }, { env: { RUNNER_DEBUG: '1' } })
    await sampler.stop()
    found = await secretsSeen(lab, sampler, deployed.log + rolled.log, HOSTS)
  })

  test('both runs did what they were asked', () => {
    for (const result of [deployed, rolled]) expect(result.exitCode, shownLog(result)).toBe(0)
  })

  test('debug output is a transcript of the commands on each host, without a secret', () => {
    for (const host of HOSTS) {
      expect(deployed.log).toMatch(
        new RegExp(`^::debug::${nameOf(host)}: start etcd with etcd: exit 0 after `, 'm'),
      )
      expect(rolled.log).toMatch(
        new RegExp(`^::debug::${nameOf(host)}: restart etcd with etcd: exit 0 after `, 'm'),
      )
    }
    expect(deployed.log).toMatch(/^::debug::etcd-\S+: .*and stdin: exit 0/m)
    expect(found).toEqual([])
  })

  test('without being asked for there is none', async () => {
    const health = await run({ ...(await lab.inputs(HOSTS, VERSION)), operation: 'health' })
    expect(health.log).not.toContain('::debug::')
  })

  test('the log tells what is waited for and how long already, and what was sent', () => {
    expect(rolled.log).toMatch(/^etcd-\S+: .* \(\d.* so far\)$/m)
    expect(rolled.log).toMatch(
      new RegExp(`^${nameOf(1)}: etcd ${VERSION} sent, (\\S+) of \\1 MB \\(100 %\\)$`, 'm'),
    )
  })

  test('decisions are notices, and there are no more annotations than are shown', () => {
    const said = notices(rolled)
    expect(said.join('\n')).toMatch(/^leadership moved from etcd-\S+ to etcd-\S+$/m)
    expect(said.join('\n')).toMatch(/^snapshot of etcd-\S+: \/var\/backups\/etcd\//m)
    for (const list of [said, rolled.warnings, rolled.errors]) expect(list.length).toBeLessThanOrEqual(10)
    expect(rolled.errors).toEqual([])
  })

  test('the summary shows members before and after', () => {
    expect(rolled.summary).toMatch(/^## ✅ .*3 members brought from 3\.5\.16 to 3\.5\.30, one at a time$/m)
    for (const host of HOSTS)
      expect(rolled.summary).toMatch(
        new RegExp(
          `^\\| ${nameOf(host)} \\S+ \\|.*\\| ✅ healthy \\| rolled: release.*\\| 3.5.16 → 3.5.30 \\|`,
          'm',
        ),
      )
    expect(rolled.summary).toMatch(/\| leader → follower \|/)
  })

  test('mermaid reads its diagrams: every member with its phases, reads, and the write gap of each turn', async () => {
    const diagrams = await Promise.all(diagramsIn(rolled.summary).map(parseDiagram))
    expect(diagrams.map(({ kind }) => kind)).toEqual(['gantt', 'xychart', 'xychart'])
    const { tasks } = diagrams[0]!
    for (const host of HOSTS) {
      const phases = tasks.filter(({ section }) => section === nameOf(host))
      const soak = phases.find(({ name }) => name.startsWith('soak'))
      expect(soak?.ms).toBeGreaterThanOrEqual(2000)
      // One that is healthy at the first look after its restart takes no time to become so.
      for (const phase of ['arm timer', 'swap files', 'restart', 'confirm'])
        expect(phases.map(({ name }) => name).join()).toContain(phase)
    }
    expect(
      tasks
        .filter(({ section }) => section === 'the run')
        .map(({ name }) => name)
        .join(),
    ).toMatch(/Roll 3 members/)
  })

  test('the report holds the phases for machines', () => {
    const { phases, roll } = rolled.report as { phases: unknown[]; roll: { rolled: string[] } }
    expect(phases.length).toBeGreaterThan(15)
    expect([...roll.rolled].sort()).toEqual(HOSTS.map(nameOf).sort())
  })
})
