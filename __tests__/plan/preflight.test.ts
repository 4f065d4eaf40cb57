import { describe, expect, it } from 'vitest'
import type { DirectoryFact, HostObserved, Observed } from '../../src/cluster/observed.js'
import { makePlan } from '../../src/plan/make-plan.js'
import { preflight } from '../../src/plan/preflight.js'
import * as w from './world.js'

const MIB = 1024 * 1024
const bare = w.bareHost(w.members[0]!)
const place = (of: DirectoryFact, change: Partial<DirectoryFact>): DirectoryFact => ({ ...of, ...change })

describe('preflight', () => {
  const cases: readonly [name: string, change: Partial<HostObserved>, problem: string][] = [
    ['no systemd', { init: 'openrc-init' }, 'its init is openrc-init, not systemd'],
    ['a machine without releases', { machine: 'riscv64' }, 'is a riscv64, which etcd has no release for'],
    ['a masked unit', { service: { ...bare.service, loadState: 'masked' } }, 'etcd.service is masked'],
    ['a clock ahead', { clockSkewMs: 3_600_000 }, "its clock is 60 min 0 s ahead of the runner's"],
    ['a clock behind', { clockSkewMs: -7000 }, "its clock is 7.0 s behind the runner's"],
    [
      'a client port taken',
      { listeners: [{ port: 2379, pid: 17, command: 'nginx' }] },
      'port 2379 is taken by nginx (pid 17)',
    ],
    [
      'a peer port taken',
      { listeners: [{ port: 2380, pid: 0, command: '' }] },
      'taken by a process that cannot be named',
    ],
    [
      'the metrics port taken',
      { listeners: [{ port: 2381, pid: 9, command: '' }] },
      'port 2381 is taken by a process (pid 9)',
    ],
    [
      'files in the data directory',
      { dataDir: place(bare.dataDir, { empty: false }) },
      '/var/lib/etcd is not empty',
    ],
    [
      'little room for binaries',
      { binDir: place(bare.binDir, { availableBytes: 20.5 * MIB }) },
      '/opt/kube/bin has 20 MiB free, and 200 MiB are needed',
    ],
    [
      'little room for data',
      { dataDir: place(bare.dataDir, { availableBytes: 511 * MIB }) },
      '/var/lib/etcd has 511 MiB free, and 512 MiB are needed',
    ],
    [
      'no room for temporary files',
      { tempDir: place(bare.tempDir, { availableBytes: 0 }) },
      'has 0 MiB free',
    ],
    [
      'a read-only unit directory',
      { unitDir: place(bare.unitDir, { writable: false }) },
      'units cannot be written to',
    ],
    [
      'a read-only certificate directory',
      { caDir: place(bare.caDir, { writable: false }) },
      '/etc/kubernetes/ssl cannot',
    ],
    [
      'another etcd',
      { foreignEtcd: [{ pid: 5, unit: 'x.service', argv: [] }] },
      'runs another etcd (pid 5 in x.service)',
    ],
  ]
  it.each(cases)('finds %s, and that alone', (_, change, problem) => {
    const found = preflight(w.desired, w.world(w.hostsOf(w.bareHost, w.but(w.bareHost, change))))
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({ member: w.names[1], problem: expect.stringContaining(problem) })
    expect(found[0]!.next).not.toBe('')
  })

  const fine: readonly [name: string, change: Partial<HostObserved>][] = [
    ['a bare host', {}],
    ['a clock off within what the way takes', { clockSkewMs: 6000, clockErrorMs: 1000 }],
    ['a listener on another port', { listeners: [{ port: 22, pid: 1, command: 'sshd' }] }],
    ['a directory with lost+found alone', { dataDir: place(bare.dataDir, { exists: true, empty: true }) }],
    [
      'what a first start of ours left behind',
      { bootstrapMarker: w.marker, dataDir: place(bare.dataDir, { exists: true, empty: false }) },
    ],
  ]
  it.each(fine)('finds nothing on %s', (_, change) => {
    expect(preflight(w.desired, w.world(w.hostsOf(w.but(w.bareHost, change))))).toEqual([])
  })

  it('looks at wal-dir where there is one', () => {
    const desired = { ...w.desired, layout: { ...w.desired.layout, walDir: '/wal' } }
    const full = w.but(w.bareHost, { walDir: place(bare.dataDir, { empty: false, availableBytes: MIB }) })
    const problems = preflight(desired, w.world(w.hostsOf(full))).map(({ problem }) => problem)
    expect(problems).toEqual([
      '/wal is not empty, though it holds no etcd member',
      '/wal has 1 MiB free, and 320 MiB are needed',
    ])
  })

  it('asks for no room for binaries that are there', () => {
    const full = w.but(w.readyHost, { binDir: place(bare.binDir, { availableBytes: 0 }) })
    expect(preflight(w.desired, w.world(w.hostsOf(full)))).toEqual([])
  })

  it('lets a member that runs keep its ports and data', () => {
    expect(preflight(w.desired, w.world(w.hostsOf(w.waitingHost)))).toEqual([])
  })

  it('names both ends of a link that fails, and no others', () => {
    const link = (outcome: Observed['links'][number]['outcome']) => ({
      from: w.names[0]!,
      to: w.names[2]!,
      outcome,
      reason: 'no route to host',
    })
    const found = preflight(w.desired, {
      ...w.freshWorld,
      links: [link('failed'), link('refused'), link('not-checked')],
    })
    expect(found).toEqual([
      {
        member: 'etcd-10.0.0.1',
        problem: 'cannot reach https://10.0.0.3:2380 of etcd-10.0.0.3: no route to host',
        next: 'check routes and firewalls between them',
      },
    ])
  })
})

describe('makePlan', () => {
  it('reports the findings of all hosts together', () => {
    const plan = makePlan(
      w.desired,
      w.world(
        w.hostsOf(w.but(w.bareHost, { init: 'init' }), w.bareHost, w.but(w.bareHost, { machine: 'i686' })),
      ),
      { now: w.now },
    )
    expect(plan).toMatchObject({
      kind: 'blocked',
      steps: [],
      summary: 'the hosts are not ready for a bootstrap',
    })
    expect(plan.findings.map(({ member }) => member)).toEqual(['etcd-10.0.0.1', 'etcd-10.0.0.3'])
  })

  it('does not ask a converged cluster for free ports, room or empty directories', () => {
    const full = w.but(w.runningHost, {
      dataDir: place(w.runningHost(w.members[0]!).dataDir, { availableBytes: 0 }),
    })
    const observed = w.world(w.hostsOf(full, full, full), { cluster: w.cluster })
    expect(makePlan(w.desired, observed, { now: w.now }).kind).toBe('none')
  })
})
