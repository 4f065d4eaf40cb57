import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run, start } from '../../lab/runner.js'
import { type AtWork, clusterAtWork } from './cluster-at-work.js'
import { VERSION } from './lab.js'
import { failed } from './refusal.js'
import { atTurn, etcdctl } from './roll-faults.js'
import { expectUndisturbed, watch } from './roll-watch.js'
import { passed } from './shape.js'

const FROM = '3.5.16'

let cluster: AtWork
let folder: string

/** The leader, and the others in the order in which a roll takes them. */
const roles = async () => {
  const leader = await cluster.leaderNow()
  const [first, second] = cluster.hosts.filter((host) => host !== leader)
  return { leader, first: first!, second: second! }
}
const places = (...hosts: readonly number[]): readonly number[] => hosts.map((host) => host - 1)
/** Hosts whose etcd is another process than it was. */
const restartedSince = async (before: readonly number[]): Promise<readonly number[]> =>
  (await cluster.starts()).flatMap((at, place) => (at === before[place] ? [] : [place + 1]))

describe('a cluster that others work on too', () => {
  beforeAll(async () => {
    cluster = await clusterAtWork(3, FROM)
    folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-disturbed-'))
  })
  afterAll(async () => {
    await cluster?.leave()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  test('a second run is refused and names the first, which rolls on as if alone', async () => {
    const goOn = join(folder, 'go-on')
    const inputs = await cluster.inputs(FROM, {
      'etcd-args': '--snapshot-count=40000',
      'before-member': `echo in the middle; until [ -e ${goOn} ]; do sleep 0.1; done`,
    })
    const watched = await watch(cluster, async () => {
      const first = await start(inputs, cluster.options)
      await first.sees('in the middle')
      const env = { ...cluster.options.env, GITHUB_RUN_ID: '43', GITHUB_ACTOR: 'hubot' }
      const refused = await run(await cluster.inputs(VERSION), { env })
      await writeFile(goOn, '')
      const { failure, outputs } = failed(refused)
      expect(failure).toMatch(
        /another run is working on this host: https:\/\/github\.com\/org\/repo\/actions\/runs\/42, started by octocat, since .*; this run changed nothing; wait for it to end/,
      )
      expect(outputs['changed']).toBe('false')
      return first.done
    })
    expectUndisturbed('with a second run', watched)
    expect(watched.restarted).toHaveLength(3)
    expect(await cluster.versions()).toEqual([FROM, FROM, FROM])
  })

  test('the leader is moved by hand onto the very member in hand: it is moved on, to one that is rolled', async () => {
    const { leader, first, second } = await roles()
    const list = await cluster.lab.on(1, `${etcdctl(cluster.lab, 1)} member list`)
    const idOf = (host: number): string =>
      new RegExp(`^([0-9a-f]+), started, ${cluster.name(host)},`, 'm').exec(list)?.[1] ?? ''
    const move = (host: number, lab: string): string =>
      `${lab} exec ${leader} -- ${etcdctl(cluster.lab, leader)} move-leader ${idOf(host)}`
    const watched = await watch(cluster, () =>
      cluster.go(FROM, {
        'etcd-args': '--snapshot-count=30000',
        'before-member': atTurn(cluster.lab, 2, move),
      }),
    )
    expectUndisturbed('the leader moved by hand', watched)
    expect(watched.restarted).toEqual(places(first, second, leader))
    expect(watched.result.log).toContain(
      `moving leadership from ${cluster.name(second)} to ${cluster.name(first)}`,
    )
  })

  test('a member is down: it is repaired first, and no other one is touched before it serves', async () => {
    const { leader, first, second } = await roles()
    await cluster.lab.on(second, 'systemctl stop etcd')
    const watched = await watch(cluster, () => cluster.go(FROM, { 'etcd-args': '--snapshot-count=20000' }))
    expectUndisturbed('a member down before', watched)
    expect(watched.restarted).toEqual(places(second, first, leader))
    expect(watched.result.log).toContain(
      `rolled: ${[second, first, leader].map((host) => cluster.name(host)).join(', ')}`,
    )
  })

  test('a member is down and cannot be repaired: the others are left alone', async () => {
    const { second } = await roles()
    await cluster.lab.on(second, 'systemctl stop etcd; chmod 0 /var/lib/etcd/member/wal/*.wal')
    const before = await cluster.starts()
    const inputs = { 'etcd-args': '--snapshot-count=10000', 'health-timeout': '10s' }
    const { failure, outputs } = failed(await cluster.go(FROM, inputs))
    const others = cluster.hosts.filter((host) => host !== second).map((host) => cluster.name(host))
    const died = 'etcd exited with status 1 \\(open \\S+\\.wal: permission denied\\)'
    expect(failure).toMatch(
      new RegExp(
        `^${cluster.name(second)}: it did not become healthy after its restart: ${died}; it was put back, but ` +
          `that did not heal it: ${died}, no member was rolled, not touched: ${others.join(', ')}; put right`,
      ),
    )
    expect(outputs['changed']).toBe('true')
    expect(await restartedSince(before)).toEqual([second])
    await cluster.lab.on(second, 'chmod 600 /var/lib/etcd/member/wal/*.wal')
    passed(await cluster.go(FROM, inputs))
  })

  test('a member that was rolled is taken back by hand: the roll stops there, and the next one puts it right', async () => {
    const { leader, first, second } = await roles()
    const before = await cluster.starts()
    const back = (_: number, lab: string): string =>
      `${lab} exec ${first} -- sh -c 'cd /opt/kube/bin && ln -sfn .etcd/v${FROM}-*/etcd etcd && systemctl restart etcd'`
    const { failure, outputs } = failed(
      await cluster.go(VERSION, { 'before-member': atTurn(cluster.lab, 2, back) }),
    )
    expect(failure).toBe(
      `${cluster.name(first)}: the cluster is not healthy, so ${cluster.name(second)} was not touched: it serves version ${FROM}, ` +
        `expected was ${VERSION}; rolled and confirmed: ${cluster.name(first)}, not touched: ${[
          second,
          leader,
        ]
          .sort()
          .map((host) => cluster.name(host))
          .join(', ')}; put right what is named here and run again: the next run goes on from here.`,
    )
    expect(outputs['changed']).toBe('true')
    expect(await restartedSince(before)).toEqual([first])
    const watched = await watch(cluster, () => cluster.go(VERSION))
    expectUndisturbed('after a change by hand', watched)
    expect(watched.restarted).toEqual(places(first, second, leader))
    expect(await cluster.versions()).toEqual([VERSION, VERSION, VERSION])
    await cluster.expectClean()
  })
})
