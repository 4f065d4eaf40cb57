import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult, start } from '../../lab/runner.js'
import { RECOMMENDED } from '../../src/etcd/recommended.js'
import { e2eLab, missingIn, VERSION } from './lab.js'
import { failed, refused } from './refusal.js'
import { makeToolCache, passed, shownLog } from './shape.js'
import { worldOf } from './world.js'

const HOSTS = [1, 2, 3]
const TOKEN = /--initial-cluster-token=(\S+)/
const OF_ITS_OWN = /^[0-9a-f]{32}$/

/** The inputs without `version`, so that it has the default of action.yml. */
const withoutVersion = (inputs: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== 'version'))

describe('a cluster whose token nobody gives', () => {
  let lab: Lab
  let cache: Awaited<ReturnType<typeof makeToolCache>>
  let inputs: Record<string, string>
  let first: RunResult
  let planned: readonly RunResult[]

  beforeAll(async () => {
    lab = await e2eLab()
    cache = await makeToolCache()
    inputs = { ...(await lab.inputs(HOSTS, VERSION)), 'cluster-token': '' }
    await lab.command('reset', 'all')
    planned = [
      await run({ ...inputs, operation: 'plan' }, cache.options),
      await run({ ...inputs, operation: 'plan' }, cache.options),
    ]
    first = await run({ ...inputs, 'expect-plan': planned[0]?.outputs['plan-digest'] ?? '' }, cache.options)
  })
  afterAll(() => cache?.remove())

  const tokens = async (): Promise<readonly string[]> => {
    const units = await Promise.all(HOSTS.map((host) => lab.on(host, 'cat /etc/systemd/system/etcd.service')))
    return units.map((unit) => TOKEN.exec(unit)?.[1] ?? '')
  }
  const oneToken = async (): Promise<string> => {
    const [token = '', ...others] = new Set(await tokens())
    expect(others).toEqual([])
    expect(token).toMatch(OF_ITS_OWN)
    return token
  }

  test('has one of its own, which the plan that was approved beforehand does not tell', async () => {
    const digests = planned.map(({ outputs }) => outputs['plan-digest'])
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(digests[1]).toBe(digests[0])
    passed(first)
    const token = await oneToken()
    for (const { log } of planned) expect(log).not.toContain(token)
  })

  test('keeps it: a further run changes nothing, with the token of the document neither', async () => {
    const before = await worldOf(lab, HOSTS)
    for (const token of ['', 'etcd-cluster-0']) {
      const again = await run({ ...inputs, 'cluster-token': token }, cache.options)
      passed(again)
      expect(again.outputs).toMatchObject({ changed: 'false', 'cluster-id': first.outputs['cluster-id'] })
    }
    expect(await worldOf(lab, HOSTS)).toEqual(before)
  })

  test('is another cluster than the one that is made anew at its addresses', async () => {
    const token = await oneToken()
    await lab.command('reset', ...HOSTS.map(String))
    const second = await run(inputs, cache.options)
    passed(second)
    expect(await oneToken()).not.toBe(token)
    const [old, young] = [first, second].map(({ outputs }) => outputs['cluster-id'] ?? '')
    expect(young).not.toBe(old)
    const expecting = { ...inputs, 'expect-cluster-id': old! }
    const { failure } = await refused(lab, expecting, HOSTS)
    expect(failure).toContain(`is ${young}, but expect-cluster-id is ${old}`)
    const health = failed(
      await run({ ...expecting, operation: 'health', 'health-timeout': '10s' }, cache.options),
    )
    expect(health.failure).toContain(old)
    passed(await run({ ...inputs, 'expect-cluster-id': young! }, cache.options))
  })

  test('keeps the token of a bootstrap that died before its end', async () => {
    await lab.command('reset', ...HOSTS.map(String))
    const started = await start(inputs, { ...cache.options, post: false })
    await started.sees('starting etcd-')
    started.signal('SIGKILL')
    await started.done
    // One member at least was founded.
    const founded =
      'timeout 60 sh -c "until ls /var/lib/etcd/member/wal/*.wal >/dev/null 2>&1; do sleep 0.1; done"'
    await lab.on(1, `systemctl start --no-block etcd; ${founded}`)
    const notes = await Promise.all(
      HOSTS.map((host) => lab.on(host, 'cat /var/lib/etcd-deploy/etcd/bootstrap')),
    )
    const begun = await oneToken()
    expect(new Set(notes).size).toBe(1)
    expect(notes[0]).toContain(`initial-cluster-token=${begun}\n`)
    expect(notes[0]).toContain(`version=${VERSION}\n`)
    const finished = await run(withoutVersion(inputs), cache.options)
    passed(finished)
    expect(finished.log).toContain('finish the bootstrap of 3 members')
    expect(finished.outputs['version']).toBe(VERSION)
    expect(await oneToken()).toBe(begun)
  })
})

describe('a bootstrap whose version nobody gives', () => {
  test('gets the release that the action recommends, and says so', async ({ skip }) => {
    const lab = await e2eLab()
    if (missingIn(lab, [RECOMMENDED]).length > 0) skip()
    await lab.command('reset', ...HOSTS.map(String))
    const inputs = withoutVersion(await lab.inputs(HOSTS, RECOMMENDED))
    const says = `version is left out: etcd ${RECOMMENDED}, which this version of the action recommends`
    const plan = await run({ ...inputs, operation: 'plan' })
    expect(plan.log, shownLog(plan)).toContain(says)
    expect(plan.outputs['plan-summary']).toBe(`bootstrap 3 members with etcd ${RECOMMENDED}`)
    const deployed = await run({ ...inputs, 'expect-plan': plan.outputs['plan-digest'] ?? '' })
    passed(deployed)
    expect(deployed.log).toContain(says)
    expect(deployed.outputs['version']).toBe(RECOMMENDED)
  })
})
