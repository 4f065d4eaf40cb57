import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AtWork, clusterAtWork } from './cluster-at-work.js'
import {
  bringBack,
  growByHand,
  GUARD,
  guardOf,
  health,
  keysOn,
  loseDisks,
  processes,
  putKeys,
  refusedAlike,
  refusedStart,
  settledDown,
  UNGUARDED,
} from './lost-disks.js'
import { failed } from './refusal.js'
import { passed } from './shape.js'

const VERSION = '3.5.16'
const UNIT = '/etc/systemd/system/etcd.service'
const every = <T>(value: T): readonly T[] => [value, value, value]

/** How a cluster came to be; each ends up with units that ask for a log, without a restart. */
const CLUSTERS: readonly [
  name: string,
  make: (cluster: AtWork) => Promise<unknown>,
  states: readonly string[],
][] = [
  ['founded by a deploy', () => Promise.resolve(), ['new', 'new', 'new']],
  // As a deploy left it before units asked for a log.
  ['of an older deploy', ({ onAll }) => onAll(UNGUARDED), ['new', 'new', 'new']],
  ['grown by hand from one member', growByHand, ['new', 'existing', 'existing']],
]

describe.each(CLUSTERS)('a cluster %s', (_, make, states) => {
  let cluster: AtWork

  beforeAll(async () => {
    cluster = await clusterAtWork(3, VERSION)
    await make(cluster)
  })
  afterAll(() => cluster?.leave())

  test('has units that ask for the log of their member, and was not restarted for it', async () => {
    const before = await processes(cluster)
    const guarded = (await guardOf(cluster)).every((line) => line === GUARD)
    const plan = await cluster.go(VERSION, { operation: 'plan' })
    const told = cluster.hosts.map((host) =>
      plan.log.includes(
        `correct host on ${cluster.name(host)}: its unit: [Unit] AssertPathExists: (none) -> /var/lib/etcd/member/wal, so that a member which has lost its disk does not found an empty cluster`,
      ),
    )
    expect(told).toEqual(every(!guarded))
    expect(plan.outputs['plan-summary']).toContain(guarded ? 'nothing to change' : 'without a restart')
    const deployed = await cluster.go(VERSION)
    passed(deployed)
    expect(deployed.outputs['changed']).toBe(String(!guarded))
    expect(await guardOf(cluster)).toEqual(every(GUARD))
    expect(await processes(cluster)).toEqual(before)
    expect(await cluster.onAll('systemctl show -P NeedDaemonReload etcd')).toEqual(every('no'))
    expect(await cluster.onAll(`sed -n 's/.*--initial-cluster-state=\\([a-z]*\\).*/\\1/p' ${UNIT}`)).toEqual(
      states,
    )
    const again = await cluster.go(VERSION)
    passed(again)
    expect(again.outputs['changed']).toBe('false')
  })

  test('founds nothing where a majority loses its disks and all hosts boot, and every run says so', async () => {
    await putKeys(cluster, 'old/', 60)
    await loseDisks(cluster, [2, 3])
    await settledDown(cluster, [1], [2, 3])
    expect(await cluster.lab.on(1, 'systemctl show -P ActiveState etcd')).toBe('activating\n')
    for (const host of [2, 3]) expect(await refusedStart(cluster, host)).toBe('inactive no 0 ')
    const failure = await refusedAlike(cluster, VERSION)
    expect(failure).toContain(
      '2 of 3 hosts hold no data of their members, and the 1 that does is fewer than the quorum of 2; no new cluster is founded in its place',
    )
    expect(failure).toContain(
      `- ${cluster.name(1)}: holds the data of an etcd member in /var/lib/etcd (keep /var/lib/etcd as it is`,
    )
    for (const host of [2, 3]) {
      expect(failure).toContain(
        `- ${cluster.name(host)}: has lost the log of its member, which was in /var/lib/etcd/member/wal, and systemd refuses to start it without (bring its disk back`,
      )
    }
    const ill = failed(await health(cluster, VERSION))
    expect(ill.failure).toContain(
      `systemd refuses to start etcd.service on ${cluster.name(2)}, ${cluster.name(3)} without /var/lib/etcd/member/wal`,
    )
    expect(ill.failure).toContain('operation plan says for each host how to go on')
    for (const host of [2, 3]) expect(await refusedStart(cluster, host)).toBe('inactive no 0 ')
  })

  test('is whole again once the disks are back', async () => {
    await bringBack(cluster, [2, 3])
    const result = await cluster.go(VERSION)
    passed(result)
    expect(result.outputs['changed']).toBe('false')
    expect(await keysOn(cluster, 'old/')).toEqual(every(60))
  })
})
