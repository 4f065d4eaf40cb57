import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { e2eLab, VERSION } from './lab.js'
import { newerAction } from './newer-action.js'
import { failed, refused } from './refusal.js'
import { makeToolCache, passed, runningArgv, shownLog } from './shape.js'
import { worldOf } from './world.js'

const HOSTS = [1, 2, 3]
const FOUNDED = '3.5.16'
/** Where nothing answers: what is fetched from there fails the run. */
const NOWHERE = 'http://127.0.0.1:9'
const STAYS = `version is left out: etcd ${FOUNDED} stays, as every member runs it`

/** Tables of a later release: another release recommended, other digests, and another default of a flag. */
const LATER = [
  { path: 'src/etcd/recommended.ts', from: "'3.6.14'", to: "'3.7.1'" },
  { path: 'src/etcd/upgrade/rules.ts', from: "'3.6': '3.6.14'", to: "'3.6': '3.6.99'" },
  { path: 'src/etcd/release-digests.json', from: `"${FOUNDED}"`, to: '"3.5.99"' },
  {
    path: 'src/etcd/flags.ts',
    from: "{ name: 'snapshot-count', value: '50000' }",
    to: "{ name: 'snapshot-count', value: '12345', before: ['50000'] }",
  },
]

/** The inputs without `version`, so that it has the default of action.yml. */
const withoutVersion = (inputs: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== 'version'))

describe('a cluster whose version nobody asks for', () => {
  let lab: Lab
  let cache: Awaited<ReturnType<typeof makeToolCache>>
  let newer: Awaited<ReturnType<typeof newerAction>>
  /** With a version, and without one. */
  let given: Record<string, string>
  let leftOut: Record<string, string>
  let clusterId: string

  // Making a bundle takes a minute or two where other files run beside this one.
  beforeAll(async () => {
    lab = await e2eLab()
    cache = await makeToolCache()
    await lab.command('reset', 'all')
    given = { ...(await lab.inputs(HOSTS, FOUNDED)), soak: '0s' }
    const founded = await run(given, cache.options)
    passed(founded)
    clusterId = founded.outputs['cluster-id'] ?? ''
    leftOut = { ...withoutVersion(given), 'archive-sha256': '', 'download-base-url': NOWHERE }
    newer = await newerAction(LATER)
  }, 600_000)
  afterAll(async () => {
    await newer?.remove()
    await cache?.remove()
  })

  const same = async (inputs: Record<string, string>, dist?: string): Promise<readonly RunResult[]> => {
    const before = await worldOf(lab, HOSTS)
    const options = dist === undefined ? {} : { dist }
    const plan = await run({ ...inputs, operation: 'plan' }, options)
    expect(plan.exitCode, shownLog(plan)).toBe(0)
    expect(JSON.parse(plan.outputs['plan'] ?? '{}')).toMatchObject({ kind: 'none', steps: [] })
    const deployed = await run({ ...inputs, 'expect-plan': plan.outputs['plan-digest'] ?? '' }, options)
    passed(deployed)
    expect(deployed.outputs).toMatchObject({
      ...{ changed: 'false', version: FOUNDED, 'cluster-id': clusterId },
    })
    expect(await worldOf(lab, HOSTS)).toEqual(before)
    return [plan, deployed]
  }

  test('keeps the one that runs: nothing is planned, fetched or changed', async () => {
    for (const { log } of await same(leftOut)) expect(log).toContain(STAYS)
  })

  test('is told what its release lacks, as one that was asked for is', async () => {
    const result = await run({ ...leftOut, operation: 'plan' })
    expect(result.warnings).toContainEqual(expect.stringContaining(`etcd ${FOUNDED} lacks fixes`))
  })

  test('is not changed for a tool that is missing', async () => {
    await lab.on(2, 'mv /opt/kube/bin/etcdutl /root/')
    await same(leftOut)
    const asked = await run({ ...given, operation: 'plan' }, cache.options)
    expect(asked.log).toContain('there is no /opt/kube/bin/etcdutl')
    await lab.on(2, 'mv /root/etcdutl /opt/kube/bin/')
  })

  test('is not changed by a newer action with other tables', async () => {
    for (const { log } of await same(leftOut, newer.dist)) expect(log).toContain(STAYS)
    const health = await run({ ...leftOut, operation: 'health' }, { dist: newer.dist })
    passed(health)
    expect(health.outputs).toMatchObject({ version: FOUNDED, 'cluster-id': clusterId })
  })

  test('keeps release, token and old defaults when a newer action restarts its members for what was asked', async () => {
    const argv = await Promise.all(HOSTS.map((host) => runningArgv(lab, host)))
    const inputs = { ...leftOut, 'etcd-args': '--heartbeat-interval=200' }
    const result = await run(inputs, { dist: newer.dist })
    passed(result)
    expect(result.outputs).toMatchObject({ changed: 'true', version: FOUNDED, 'cluster-id': clusterId })
    const after = await Promise.all(HOSTS.map((host) => runningArgv(lab, host)))
    expect(after).toEqual(argv.map((words) => [...words, '--heartbeat-interval=200']))
    leftOut = inputs
    given = { ...given, 'etcd-args': inputs['etcd-args'] }
  })

  test('is refused while its members run several, each of them named, until one is given', async () => {
    const upgrade = { ...given, ...(await lab.inputs(HOSTS, VERSION)) }
    const hook = { 'before-member': `mkdir '${newer.dist}/one-member'` }
    const stopped = failed(await run({ ...upgrade, ...hook }, cache.options))
    expect(stopped.outputs['changed']).toBe('true')
    const versions = await Promise.all(HOSTS.map((host) => lab.on(host, '/proc/$(pidof etcd)/exe --version')))
    const ran = versions.map((text) => /etcd Version: (\S+)/.exec(text)?.[1])
    expect(new Set(ran)).toEqual(new Set([FOUNDED, VERSION]))
    const { failure } = await refused(lab, leftOut, HOSTS)
    expect(failure).toContain('version is left out, and it cannot be told which one is meant')
    for (const [index, version] of ran.entries())
      expect(failure).toContain(
        `etcd-${lab.hosts[index]!.address}: runs ${version} (set version to the release that every member is to run)`,
      )
    const planned = await run({ ...leftOut, operation: 'plan' })
    expect(planned).toMatchObject({ exitCode: 1, outputs: { failure } })
    const finished = await run(upgrade, cache.options)
    passed(finished)
    expect(finished.outputs['version']).toBe(VERSION)
  })

  test('is refused where the next start would bring another one', async () => {
    const before = await lab.on(3, 'readlink /opt/kube/bin/etcd')
    const older = (await lab.on(3, `ls -d /opt/kube/bin/.etcd/v${FOUNDED}-*/etcd`)).trim()
    await lab.on(3, `ln -sfn '${older}' /opt/kube/bin/etcd`)
    const { failure } = await refused(lab, leftOut, HOSTS)
    expect(failure).toContain(
      `etcd-${lab.hosts[2]!.address}: /opt/kube/bin/etcd is ${FOUNDED}, which its next start would bring`,
    )
    expect(failure).not.toContain(`etcd-${lab.hosts[0]!.address}`)
    await lab.on(3, `ln -sfn '${before.trim()}' /opt/kube/bin/etcd`)
  })

  test('starts a member that is down with what it ran', async () => {
    await lab.on(1, 'systemctl stop etcd')
    const result = await run(leftOut)
    passed(result)
    expect(result.log).toContain(`version is left out: etcd ${VERSION} stays`)
    expect(result.outputs).toMatchObject({ changed: 'true', version: VERSION, 'cluster-id': clusterId })
  })
})
