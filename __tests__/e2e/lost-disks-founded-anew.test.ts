import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AtWork, clusterAtWork } from './cluster-at-work.js'
import {
  bringBack,
  health,
  keysOn,
  processes,
  putKeys,
  refusedAlike,
  refusedStart,
  UNGUARDED,
} from './lost-disks.js'
import { failed } from './refusal.js'
import { etcdctl } from './roll-faults.js'
import { passed, shownLog } from './shape.js'

const VERSION = '3.5.16'
const UNIT = '/etc/systemd/system/etcd.service'

/** All that a member holds, whatever else is on its host. */
const DATA = 'find /var/lib/etcd -type f -exec sha256sum {} + | sort'

/** Units of an older deploy, or of a person, do not keep etcd from this. */
describe('a majority that lost its disks and founded an empty cluster with the ids of the old one', () => {
  let cluster: AtWork
  let before: string

  beforeAll(async () => {
    cluster = await clusterAtWork(3, VERSION)
    const { lab, onAll } = cluster
    await onAll(UNGUARDED)
    await putKeys(cluster, 'old/', 60)
    await onAll('systemctl stop etcd')
    for (const host of [2, 3]) {
      await lab.on(host, 'mkdir -p /root/disk && mv /var/lib/etcd/member /root/disk/')
      await lab.on(host, 'systemctl start --no-block etcd')
    }
    for (const host of [2, 3]) {
      await lab.on(host, 'timeout 60 sh -c "until systemctl is-active -q etcd; do sleep 0.2; done"')
    }
    // It takes writes like any other, more than the old one ever had.
    await putKeys(cluster, 'new/', 200, 2)
    before = await lab.on(1, DATA)
  })
  afterAll(() => cluster?.leave())

  test('is not joined by the member that still holds the data of the old one', async () => {
    const { lab, name } = cluster
    const failure = await refusedAlike(cluster, VERSION)
    expect(failure).toMatch(
      new RegExp(
        `- ${name(1)}: holds data in /var/lib/etcd, but its place there, member [0-9a-f]+ of cluster [0-9a-f]+, has never started: ` +
          'the members that answer founded that cluster anew, without this data \\(keep /var/lib/etcd as it is: it may be the only copy ' +
          'of what was written, and no run starts it; decide first which of the two has what is needed',
      ),
    )
    const ill = failed(await health(cluster, VERSION))
    expect(ill.failure).toContain('advertises no client URL')
    expect(await lab.on(1, 'systemctl is-active etcd || true')).toBe('inactive\n')
    expect(await lab.on(1, DATA)).toBe(before)
  })

  test('can be undone: with the old disks back all keys are there', async () => {
    await cluster.onAll('systemctl stop etcd')
    await bringBack(cluster, [2, 3])
    passed(await cluster.go(VERSION))
    expect(await keysOn(cluster, 'old/')).toEqual([60, 60, 60])
    expect(await keysOn(cluster, 'new/')).toEqual([0, 0, 0])
  })
})

describe('one member that lost its disk', () => {
  let cluster: AtWork

  beforeAll(async () => {
    cluster = await clusterAtWork(3, VERSION)
    await putKeys(cluster, 'old/', 60)
    await cluster.lab.on(3, 'rm -rf /var/lib/etcd/member; kill -9 $(pidof etcd)')
    // systemd starts it again by itself, 15 s later.
    await cluster.lab.on(
      3,
      'timeout 60 sh -c \'until [ "$(systemctl show -P AssertResult etcd)" = no ]; do sleep 0.2; done\'',
    )
  })
  afterAll(() => cluster?.leave())

  test('stays down, and every run says why and what to do', async () => {
    const { name } = cluster
    const others = (await processes(cluster)).slice(0, 2)
    expect(await refusedStart(cluster, 3)).toBe('inactive no 0 ')
    const failure = await refusedAlike(cluster, VERSION)
    expect(failure).toContain(
      '1 of 3 hosts holds no data of its member; the 2 that do are enough for the quorum of 2',
    )
    expect(failure).toMatch(
      new RegExp(
        `- ${name(3)}: .*systemd refuses to start it without, and is member [0-9a-f]+ of cluster .*etcdctl member remove [0-9a-f]+, etcdctl member add ${name(3)} --learner`,
      ),
    )
    expect(failure).toContain(`- ${name(1)}: holds the data`)
    const ill = failed(await health(cluster, VERSION))
    expect(ill.failure).toContain(
      `systemd refuses to start etcd.service on ${name(3)} without /var/lib/etcd/member/wal`,
    )
    expect((await processes(cluster)).slice(0, 2)).toEqual(others)
  })

  test('gets a member that begins empty in its place the way it was told, and the next run puts its unit right', async () => {
    const { lab, name, addresses } = cluster
    const { failure = '' } = (await cluster.go(VERSION, { operation: 'plan' })).outputs
    const told = (pattern: RegExp): string => pattern.exec(failure)?.[0] ?? `not told: ${pattern}`
    const tool = etcdctl(lab, 1)
    const ctl = (words: string): Promise<string> => lab.on(1, `${tool}${words.replace(/^etcdctl/, '')}`)
    await ctl(told(/etcdctl member remove [0-9a-f]+/))
    const added = await ctl(told(/etcdctl member add \S+ --learner --peer-urls=[^ ,]+/))
    const id = /Member\s+([0-9a-f]+) added/.exec(added)?.[1] ?? added
    await lab.on(
      3,
      `sed -i 's/--initial-cluster-state=new/--initial-cluster-state=existing/; /^AssertPathExists=/d' ${UNIT}`,
    )
    await lab.on(3, 'systemctl daemon-reload; systemctl start etcd')
    await lab.on(1, `timeout 60 sh -c 'until ${tool} member promote ${id}; do sleep 0.5; done' >/dev/null`)
    const before = await processes(cluster)
    const result = await cluster.go(VERSION)
    passed(result)
    expect(await processes(cluster), shownLog(result)).toEqual(before)
    expect(await lab.on(3, `grep -E 'Assert|cluster-state' ${UNIT}`)).toMatch(
      /^AssertPathExists=\S+\n.*--initial-cluster-state=existing/,
    )
    expect(await keysOn(cluster, 'old/')).toEqual([60, 60, 60])
    expect(addresses).toHaveLength(3)
    expect(name(3)).toContain(addresses[2])
  })
})
