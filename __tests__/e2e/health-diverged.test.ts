import { beforeAll, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run, type RunResult } from '../../lab/runner.js'
import { outsideClient } from './cluster-at-work.js'
import { e2eLab, missingIn, newestIn, OLD, VERSION } from './lab.js'
import { clientCertificate } from './openssl.js'
import { failed } from './refusal.js'
import { etcdctl, makeToolCache, passed, shownLog } from './shape.js'
import { worldOf } from './world.js'
import { startWriter } from './writers.js'

const HOSTS = [1, 2, 3]
/** How long a client tries a write before it gives up: longer than a busy machine may keep it waiting. */
const PATIENCE_MS = 10_000
/** Of twenty writes each, until the second life has the more entries. */
const MOST_TURNS = 60
/** Raft term of a cluster that has had its first election and no other. */
const FOUNDED = 2
/** Of making two lives that have had no other. */
const MOST_TRIES = 5
/** Each test is a dozen runs or more, one after the other. */
const MANY_RUNS_MS = 900_000
const SAYS = /the members hold different data[:;][^]*etcd-\d/
const HOW_TO_GO_ON = /restart, remove and replace no member: take a snapshot of each of them first/

let lab: Lab
let cache: Awaited<ReturnType<typeof makeToolCache>>

beforeAll(async () => {
  lab = await e2eLab()
  cache = await makeToolCache()
  return () => cache.remove()
})

const urlOf = (host: number): string => `https://${lab.hosts[host - 1]?.address}:2379`
const nameOf = (host: number): string => `etcd-${lab.hosts[host - 1]?.address}`
const go = (inputs: Readonly<Record<string, string>>): Promise<RunResult> => run(inputs, cache.options)

/** A cluster of `version`, and the inputs to deploy it, and to look at it from its hosts and from here. */
const deployed = async (version: string) => {
  await lab.command('reset', ...HOSTS.map(String))
  const inputs = await lab.inputs(HOSTS, version)
  passed(await go(inputs))
  const overSsh = { ...inputs, operation: 'health', 'ca-cert': '', 'ca-key': '', 'health-timeout': '10s' }
  const fromRunner = {
    ...{ operation: 'health', 'health-timeout': '10s', endpoints: HOSTS.map(urlOf).join('\n'), version },
    ...{ 'ca-cert': inputs['ca-cert'] ?? '', ...(await clientCertificate(lab)) },
    ...{ 'download-base-url': lab.mirror.url, 'archive-sha256': inputs['archive-sha256'] ?? '' },
  }
  return { inputs, overSsh, fromRunner }
}

const write = (host: number, prefix: string, count: number): Promise<string> =>
  lab.on(
    host,
    `for i in $(seq ${count}); do ${etcdctl({ url: urlOf(host) })} put ${prefix}$i x >/dev/null; done`,
  )

interface Log {
  readonly term: number
  readonly index: number
  readonly leads: boolean
}

interface RaftStatus {
  readonly raftTerm: number
  readonly raftIndex: number
  readonly leader: number
  readonly header: { readonly member_id: number }
}

const logOf = async (host: number): Promise<Log> => {
  const said = await lab.on(host, `${etcdctl({ url: urlOf(host) })} endpoint status --write-out=json`)
  const [{ Status }] = JSON.parse(said) as [{ Status: RaftStatus }]
  const { raftTerm, raftIndex, leader, header } = Status
  return { term: raftTerm, index: raftIndex, leads: leader === header.member_id }
}

/**
 * Two disks are exchanged and all hosts are switched on again, the two first: units that nothing guards found a second, empty life of
 * the same cluster, with the same ids, and the survivor of the first one joins it. False where one of the lives had an election more than
 * its first one: entries of other terms do not pass for each other, and the survivor ends itself.
 */
const refound = async (): Promise<boolean> => {
  await write(1, 'first-life/', 60)
  const logs = await Promise.all(HOSTS.map(logOf))
  // A leader that is stopped hands over, and has an entry of one more term then.
  const survivor = HOSTS.find((host) => !logs[host - 1]?.leads) ?? 1
  const [first = 1, ...others] = HOSTS.filter((host) => host !== survivor)
  const unit = '/etc/systemd/system/etcd.service'
  const unguarded = `cp -p ${unit} /root/unit; sed -i '/^AssertPathExists=/d' ${unit}; systemctl daemon-reload`
  await lab.on(survivor, 'systemctl stop etcd')
  for (const host of [first, ...others]) {
    await lab.on(host, `${unguarded}; systemctl stop etcd; rm -rf /var/lib/etcd/member`)
  }
  await Promise.all([first, ...others].map((host) => lab.on(host, 'systemctl start etcd')))
  await write(first, 'second-life/', 20)
  // The survivor takes part in nothing before the second life has more entries than the first one had.
  const had = logs[survivor - 1]!
  let has = await logOf(first)
  for (let turn = 1; turn <= MOST_TURNS && has.index < had.index + 20; turn++) {
    await write(first, `turn-${turn}/`, 20)
    has = await logOf(first)
  }
  if (had.term !== FOUNDED || has.term !== FOUNDED) return false
  await lab.on(survivor, 'systemctl start --no-block etcd')
  const joined = async (): Promise<boolean> =>
    (await lab.on(survivor, 'systemctl is-active etcd || true')).trim() === 'active'
  await expect.poll(joined, { timeout: 90_000, interval: 500 }).toBe(true)
  for (const host of [first, ...others]) {
    await lab.on(host, `cp -p /root/unit ${unit}; systemctl daemon-reload`)
  }
  return true
}

/** One member at least is named, and nobody is told to end any of them. */
const saysSo = (text: string): void => {
  expect(text).toMatch(SAYS)
  expect(text).toMatch(HOW_TO_GO_ON)
  expect(HOSTS.filter((host) => text.includes(nameOf(host)))).not.toEqual([])
}

test.each([
  ['of today', () => VERSION],
  ['the newest', () => newestIn(lab)],
  ['the oldest', () => OLD],
])(
  'two lives in one cluster, %s: each operation says so and fails, and nothing is touched',
  async (_name, release) => {
    const version = release()
    if (missingIn(lab, [version]).length > 0) return
    let cluster = await deployed(version)
    passed(await go(cluster.overSsh))
    for (let left = MOST_TRIES; !(await refound()); left--) {
      expect(left, 'a busy machine holds elections all the time').toBeGreaterThan(0)
      cluster = await deployed(version)
    }
    const { inputs, overSsh, fromRunner } = cluster
    const before = await worldOf(lab, HOSTS)

    const health = failed(await go(overSsh))
    saysSo(health.failure)
    expect(health.failure).toContain('3 of 3 endpoints are healthy, each with its own copy')
    expect(health.summary).toContain('the members hold different data')

    const there = failed(await go(fromRunner))
    saysSo(there.failure)

    const same = failed(await go(inputs))
    saysSo(same.failure)
    expect(same.failure).toContain('nothing was changed on any host')
    expect(same.outputs['changed']).toBe('false')

    const change = { ...inputs, 'etcd-args': '--snapshot-count=20000' }
    saysSo(failed(await go(change)).failure)
    const plan = await go({ ...change, operation: 'plan' })
    expect(plan.exitCode, shownLog(plan)).toBe(1)
    saysSo(plan.outputs['failure'] ?? '')

    expect(await worldOf(lab, HOSTS)).toEqual(before)
  },
  MANY_RUNS_MS,
)

test(
  'under writes a healthy cluster stays healthy, 20 times of 20',
  async () => {
    const { overSsh, fromRunner, inputs } = await deployed(VERSION)
    const writers = HOSTS.map((host) => lab.hosts[host - 1]!.address)
    const tls = await outsideClient(lab)
    const writing = writers.map((address, index) =>
      startWriter({
        prefix: `busy-${index}/`,
        addresses: [address],
        tls,
        everyMs: 2,
        patienceMs: PATIENCE_MS,
      }),
    )
    for (let turn = 0; turn < 9; turn++) {
      passed(await go(overSsh))
      passed(await go(fromRunner))
    }
    for (const operation of ['plan', 'deploy']) {
      const result = await go({ ...inputs, operation })
      expect(result.exitCode, shownLog(result)).toBe(0)
    }
    const written = await Promise.all(writing.map((writer) => writer.stop()))
    expect(written.flatMap(({ failed }) => failed)).toEqual([])
    expect(written.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0)).toBeGreaterThan(1000)
  },
  MANY_RUNS_MS,
)
