import { describe, expect, it } from 'vitest'
import type { MountFact } from '../../../src/cluster/host-facts.js'
import type { DirectoryFact, HostObserved } from '../../../src/cluster/observed.js'
import type { Work, WorkOnHost } from '../../../src/plan/checks/check.js'
import { findingsFor } from '../../../src/plan/checks/checks.js'
import { storageNotes } from '../../../src/plan/checks/mounts.js'
import * as w from '../world.js'

const MIB = 1024 * 1024
const mount = (more: Partial<MountFact> = {}): MountFact => ({
  ...{ device: '8:1', point: '/', type: 'ext4', noexec: false },
  ...more,
})

const [member] = w.members
const place = (change: Partial<DirectoryFact>) => (of: DirectoryFact) => ({ ...of, ...change })
describe('room', () => {
  const facts = (
    host: HostObserved,
    free: Readonly<Record<string, readonly [device: string, mib: number]>>,
  ) =>
    Object.fromEntries(
      Object.entries(free).map(([key, [device, mib]]) => [
        key,
        place({ availableBytes: mib * MIB, mount: mount({ device }) })(host.dataDir),
      ]),
    )
  const problems = (
    works: readonly Work[],
    free: Parameters<typeof facts>[1],
    more: Partial<WorkOnHost> = {},
  ) => {
    const host = { ...w.runningHost(member!), ...facts(w.runningHost(member!), free) }
    return findingsFor({
      desired: w.desired,
      observed: w.world([host]),
      host,
      works: new Set(works),
      ...more,
    }).map(({ problem }) => problem)
  }

  it.each([
    ['enough on two disks', { dataDir: ['8:1', 193], binDir: ['8:2', 201] }, []],
    [
      'not enough for both on one',
      { dataDir: ['8:1', 300], binDir: ['8:1', 300] },
      ['/opt/kube/bin and /var/lib/etcd share a file system that has 300 MiB free, and 392 MiB are needed: '],
    ],
    [
      'not enough for one of them',
      { dataDir: ['8:1', 100], binDir: ['8:1', 300] },
      ['/var/lib/etcd has 100 MiB free'],
    ],
    [
      'a log of its own',
      { dataDir: ['8:1', 64], walDir: ['8:2', 127], binDir: ['8:3', 300] },
      [' has 127 MiB free, and 128 MiB are needed'],
    ],
    [
      'a log and data on one disk',
      { dataDir: ['8:1', 130], walDir: ['8:1', 130], binDir: ['8:3', 300] },
      [' share a file system that has 130 MiB free, and 192 MiB'],
    ],
  ] as const)('%s', (_, free, says) => {
    expect(problems(['restart', 'install'], free)).toEqual(says.map((text) => expect.stringContaining(text)))
  })

  it('counts the snapshot that is taken before', () => {
    const free = { dataDir: ['8:1', 400], snapshotDir: ['8:1', 400] } as const
    expect(problems(['restart'], free)).toEqual([])
    expect(problems(['restart'], free, { snapshotOf: 100 * MIB })).toEqual([])
    expect(problems(['restart'], free, { snapshotOf: 150 * MIB })).toEqual([
      expect.stringContaining(
        '/var/lib/etcd and /var/backups/etcd share a file system that has 400 MiB free, and 406 MiB are needed',
      ),
    ])
  })

  it('names the disk of a member that is down, and lets its journal be shown', () => {
    const host = w.butService(w.runningHost, { activeState: 'failed' })(member!)
    const full = { ...host, dataDir: place({ availableBytes: 0 })(host.dataDir) }
    const found = findingsFor({
      desired: w.desired,
      observed: w.world([full]),
      host: full,
      works: new Set(['restart']),
    })
    expect(found).toMatchObject([
      { problem: expect.stringContaining('/var/lib/etcd has 0 MiB free') as string, down: true },
    ])
  })
})

describe('clocks', () => {
  const said = (
    ...skews: readonly (readonly [skew: number, error: number])[]
  ): readonly (readonly string[])[] => {
    const hosts = skews.map(([clockSkewMs, clockErrorMs], index) => ({
      ...w.runningHost(w.members[index]!),
      ...{ clockSkewMs, clockErrorMs },
    }))
    return hosts.map((host) =>
      findingsFor({ desired: w.desired, observed: w.world(hosts), host, works: new Set(['renew']) }).map(
        ({ problem }) => problem,
      ),
    )
  }

  it.each([
    [
      'all right',
      [
        [0, 5],
        [100, 5],
        [-100, 5],
      ],
      ['', '', ''],
    ],
    [
      'off by less than the way takes',
      [
        [5400, 500],
        [0, 5],
        [0, 5],
      ],
      ['', '', ''],
    ],
    [
      'one ahead',
      [
        [60_000, 5],
        [0, 5],
        [0, 5],
      ],
      ["1 min 0 s ahead of the runner's", '', ''],
    ],
    [
      'one behind',
      [
        [0, 5],
        [-7000, 5],
        [0, 5],
      ],
      ['', "7.0 s behind the runner's", ''],
    ],
    [
      'two apart, each near the runner',
      [
        [4000, 5],
        [-4000, 5],
        [0, 5],
      ],
      [`8.0 s ahead of that of ${w.names[1]}`, '', ''],
    ],
    [
      'two that may be one with the errors',
      [
        [4000, 1000],
        [-2500, 1000],
        [0, 5],
      ],
      ['', '', ''],
    ],
    [
      'the runner itself',
      [
        [60_000, 5],
        [60_100, 5],
        [59_900, 5],
      ],
      Array(3).fill("the runner's own may be wrong"),
    ],
  ] as const)('%s', (_, skews, expected) => {
    expect(said(...skews)).toEqual(
      expected.map((text) => (text === '' ? [] : [expect.stringContaining(text)])),
    )
  })
})

describe('storage that is worth a word', () => {
  it.each([
    ['ext4', []],
    ['overlay', []],
    ['fuseblk', []],
    ['tmpfs', ['in memory']],
    ['ramfs', ['in memory']],
    ['nfs4', ['over a network']],
    ['cifs', ['over a network']],
    ['fuse.sshfs', ['over a network']],
  ])('%s', (type, says) => {
    const host = w.runningHost(member!)
    const on = { ...host, dataDir: { ...host.dataDir, mount: mount({ type }) } }
    expect(storageNotes(on, w.desired.layout)).toEqual(says.map((text) => expect.stringContaining(text)))
  })
})
