import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { ACT, type ActRepository, actRepository, type ActRun } from './act.js'
import { exampleSettings, type ExampleSettings } from './example-settings.js'
import { e2eLab, VERSION } from './lab.js'

const OLDER = '3.5.16'
const HOSTS = [1, 2, 3]

/** What is not shown: act knows no environments, so nobody approves, and it ignores concurrency groups. */
const TITLE = 'the examples on nektos/act, a runner that is not ours'

// On GitHub it can be had, so that there it is missed.
describe.skipIf('missing' in ACT && process.env['GITHUB_ACTIONS'] !== 'true')(
  'missing' in ACT ? `${TITLE} (skipped: ${ACT.missing})` : TITLE,
  () => {
    let lab: Lab
    let repository: ActRepository
    let settings: ExampleSettings

    beforeAll(async () => {
      lab = await e2eLab()
      await lab.command('reset', 'all')
      repository = await actRepository()
      settings = await exampleSettings(lab, HOSTS, OLDER)
    })

    afterAll(() => repository.remove())

    /** No line of a secret is in the log, whichever step wrote it. */
    const keepsSecrets = ({ log }: ActRun): void => {
      const lines = Object.entries(settings.secrets).flatMap(([name, text]) =>
        name === 'CA_CERT' ? [] : text.split('\n').filter((line) => line !== '' && !line.startsWith('-----')),
      )
      expect(lines.length).toBeGreaterThan(10)
      expect(lines.filter((line) => log.includes(line))).toEqual([])
    }

    it('deploy: three members, the outputs in the next step, the summary', async () => {
      const run = await repository.run('deploy', settings)
      expect(run.passed, run.log).toBe(true)
      const [, id, changed, latencies = ''] =
        /\| cluster ([0-9a-f]+), changed (\w+), latencies (\{.*\})/.exec(run.log) ?? []
      expect({ id, changed }).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{10,16}$/) as string,
        changed: 'true',
      })
      const endpoints = HOSTS.map((host) => `https://${lab.hosts[host - 1]!.address}:2379`)
      expect(Object.keys(JSON.parse(latencies) as object)).toEqual(endpoints)
      for (const endpoint of endpoints)
        expect(run.log).toContain(`${endpoint} is healthy: successfully committed proposal`)
      // The summary page, and the post step that every runner owes us.
      expect(run.log).toMatch(/Summary - #+ \S/)
      expect(run.log).toContain('Success - Post Deploy etcd')
      keepsSecrets(run)
    })

    it('health: one issue, opened by the first bad check, closed by the next good one', async () => {
      const check = async (
        more: Readonly<Record<string, string>> = {},
      ): Promise<ActRun & { calls: readonly string[] }> => {
        const run = await repository.run('health', {
          ...settings,
          defaults: { ...settings.defaults, ...more },
        })
        keepsSecrets(run)
        return { ...run, calls: await repository.ghCalls() }
      }
      // What is known to be bad need not be waited for.
      const impatient = { 'health-timeout': '1s' }
      expect(await check()).toMatchObject({ passed: true, calls: ['issue list'] })

      await lab.on(3, 'systemctl stop etcd')
      const bad = await check(impatient)
      expect(bad).toMatchObject({ passed: false, calls: ['issue list', 'issue create'] })
      const failure = /::set-output:: failure=(.+)/.exec(bad.log)?.[1] ?? ''
      expect(failure).toContain(`https://${lab.hosts[2]!.address}:2379`)
      expect(await repository.issueText()).toBe(
        `${failure}\n\nhttps://github.com/octo/cluster/actions/runs/1`,
      )
      // The same once more is no news; another reason is.
      expect(await check(impatient)).toMatchObject({ passed: false, calls: ['issue list', 'issue view'] })
      await lab.on(2, 'systemctl stop etcd')
      expect(await check(impatient)).toMatchObject({
        passed: false,
        calls: ['issue list', 'issue view', 'issue comment'],
      })

      for (const host of [2, 3]) await lab.on(host, 'systemctl start --no-block etcd')
      expect(await check()).toMatchObject({ passed: true, calls: ['issue list', 'issue close'] })
      expect(await repository.issueText()).toContain('Healthy again')
    })

    it('upgrade: the second job does what the first one showed; once more there is nothing to approve', async () => {
      const newer = await exampleSettings(lab, HOSTS, VERSION)
      const run = await repository.run('upgrade', newer, { version: VERSION })
      expect(run.passed, run.log).toBe(true)
      const digest = /::set-output:: plan-digest=([0-9a-f]{64})/.exec(run.log)?.[1]
      expect(run.log.split(`plan digest: ${digest}`)).toHaveLength(3)
      expect(run.log).toMatch(
        new RegExp(`from ${OLDER} to ${VERSION}.* - now ${VERSION}, write gap [\\d.]+ ms`),
      )
      keepsSecrets(run)

      const again = await repository.run('upgrade', newer, { version: VERSION })
      expect(again.passed, again.log).toBe(true)
      expect(again.log).toContain('[etcd upgrade/Plan]')
      expect(again.log).not.toContain('[etcd upgrade/Upgrade]')
    })
  },
)
