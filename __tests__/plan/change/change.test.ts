import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Desired } from '../../../src/cluster/desired.js'
import { makePlan } from '../../../src/plan/plan.js'
import * as w from '../world.js'
import {
  type Change,
  changed,
  cluster,
  down,
  planOf,
  running,
  service,
  shortly,
  statuses,
  unit,
} from './worlds.js'

const [one, two, three] = w.names as [string, string, string]
const open: Change = (host) => ({ key: { ...host.key!, mode: '640' } })
const file = (text: string) => ({ mode: '644', owner: 'root', text })

/** One fact changed of one member, and the steps that follow from it: `@` stands for that member. */
const MUTATIONS: readonly [name: string, change: Change, steps: readonly string[]][] = [
  ['an open key', open, ['correct-host @']],
  ["somebody else's key", (host) => ({ key: { ...host.key!, owner: 'root' } }), ['correct-host @']],
  ['an open data directory', (host) => ({ dataDir: { ...host.dataDir, mode: '755' } }), ['correct-host @']],
  [
    "somebody else's data directory",
    (host) => ({ dataDir: { ...host.dataDir, owner: 'root' } }),
    ['correct-host @'],
  ],
  ['a disabled unit', service({ unitFileState: 'disabled' }), ['correct-host @']],
  ['a comment in the unit', unit('[Service]', '# mine\n[Service]'), ['correct-host @']],
  ['no etcdutl', ({ binaries: { etcdutl: _, ...rest } }) => ({ binaries: rest }), ['install-release @']],
  [
    'another etcdctl',
    ({ binaries }) => ({ binaries: { ...binaries, etcdctl: { sha256: 'x', version: '3.5.16' } } }),
    ['install-release @'],
  ],
  ['no certificate', () => ({ certificate: undefined }), ['renew-certificate @']],
  ['no key', () => ({ key: undefined }), ['renew-certificate @']],
  ['a broken certificate', () => ({ certificate: file('x') }), ['renew-certificate @']],
  [
    'the CA as certificate',
    () => ({ certificate: file(w.desired.certificates.caPem) }),
    ['renew-certificate @'],
  ],
  ['another CA', () => ({ ca: file(w.otherCa.certPem) }), ['stage @', 'roll-member @ ca']],
  ['no CA', () => ({ ca: undefined }), ['stage @', 'roll-member @ ca']],
  [
    'a CA that was not read yet',
    ({ process }) => ({ process: { ...process!, caChangedSince: true } }),
    ['stage @', 'roll-member @ process'],
  ],
  ['a flag', unit('--snapshot-count=50000', '--snapshot-count=1'), ['stage @', 'roll-member @ unit']],
  // What runs has the right one.
  [
    'another data directory in the unit alone',
    unit('--data-dir=/var/lib/etcd', '--data-dir=/data'),
    ['stage @', 'roll-member @ unit'],
  ],
  [
    'a flag more',
    unit('--client-cert-auth=true', '--client-cert-auth=true --pre-vote=false'),
    ['stage @', 'roll-member @ unit'],
  ],
  ['a setting', unit('Restart=always', 'Restart=no'), ['stage @', 'roll-member @ unit']],
  [
    'a setting in another section',
    unit('After=network.target', 'After=network.target\n[Service]'),
    ['stage @', 'roll-member @ unit'],
  ],
  [
    'another client URL',
    unit('--advertise-client-urls=https://', '--advertise-client-urls=https://x.'),
    ['stage @', 'roll-member @ unit'],
  ],
  [
    'no unit',
    service({ unit: undefined, unitFileState: '' }),
    ['correct-host @', 'stage @', 'roll-member @ unit'],
  ],
  ['a unit not reloaded', service({ needsReload: true }), ['stage @', 'roll-member @ process']],
  [
    'an older process',
    ({ process }) => ({ process: { ...process!, exeSha256: 'ff' } }),
    ['stage @', 'roll-member @ process'],
  ],
  [
    'an older command line',
    ({ process }) => ({ process: { ...process!, argv: [...process!.argv, '--pre-vote=false'] } }),
    ['stage @', 'roll-member @ process'],
  ],
  ['a stopped service', down, ['stage @', 'roll-member @ process']],
  [
    'a restarting service',
    service({ activeState: 'activating', subState: 'auto-restart' }),
    ['stage @', 'roll-member @ process'],
  ],
  [
    'a binary that does not run',
    ({ binaries }) => ({ binaries: { ...binaries, etcd: { sha256: 'aa', version: '' } } }),
    ['stage @', 'roll-member @ release'],
  ],
  [
    'an older patch',
    ({ binaries }) => ({ binaries: { ...binaries, etcd: { sha256: 'aa', version: '3.6.13' } } }),
    ['stage @', 'roll-member @ release'],
  ],
  // What counts at the bootstrap only.
  ['another initial cluster', unit('--initial-cluster=', '--initial-cluster=old=https://10.9.9.9:2380,'), []],
  ['another initial state', unit('--initial-cluster-state=new', '--initial-cluster-state=existing'), []],
  ['another token', unit('--initial-cluster-token=etcd-cluster-0', '--initial-cluster-token=x'), []],
  [
    'a process that began with another initial cluster',
    ({ process }) => ({
      process: {
        ...process!,
        argv: process!.argv.map((word) =>
          word.startsWith('--initial-cluster=') ? '--initial-cluster=a=b' : word,
        ),
      },
    }),
    [],
  ],
]

const REFUSED: readonly [name: string, change: Change, problem: string, next: string][] = [
  [
    'no data',
    () => ({ hasMemberData: false }),
    'holds no member data in /var/lib/etcd',
    'bring its data back',
  ],
  [
    'a process with another data directory',
    ({ process }) => ({
      process: {
        ...process!,
        argv: process!.argv.map((word) => word.replace('--data-dir=/var/lib/etcd', '--data-dir=/data')),
      },
    }),
    'runs with --data-dir=/data, asked for /var/lib/etcd (data-dir)',
    'takes itself for a new one',
  ],
  [
    'a process with a log elsewhere',
    ({ process }) => ({ process: { ...process!, argv: [...process!.argv, '--wal-dir=/wal'] } }),
    'runs with --wal-dir=/wal, asked for none (wal-dir)',
    'takes itself for a new one',
  ],
  [
    'another name',
    ({ process }) => ({ process: { ...process!, argv: [...process!.argv, '--name=old'] } }),
    'runs with --name=old, asked for etcd-10.0.0.2 (name= in hosts)',
    'write name=NAME',
  ],
  ['another user', unit('User=etcd', 'User=db'), 'runs as db, asked for etcd', 'set service-user to db'],
  ['a masked unit', service({ loadState: 'masked' }), 'etcd.service is masked', 'systemctl unmask etcd'],
  [
    'an etcd outside',
    () => ({ foreignEtcd: [{ pid: 7, unit: 'x.service', argv: [] }] }),
    '(pid 7 in x.service)',
    'service-name',
  ],
  [
    'a full disk where something is to be installed',
    (host) => ({ binaries: {}, binDir: { ...host.binDir, availableBytes: 1 } }),
    '/opt/kube/bin has 0 MiB free',
    'make room',
  ],
]

describe('one fact of one member changed', () => {
  it.each(MUTATIONS)('%s', (_, change, steps) => {
    const plan = planOf(changed({ 1: change }))
    expect(plan.findings).toEqual([])
    expect(plan.steps.map(shortly)).toEqual(steps.map((step) => step.replace('@', two)))
    expect(plan.kind).toBe(steps.length === 0 ? 'none' : 'roll')
  })

  it.each(REFUSED)('is refused: %s', (_, change, problem, next) => {
    const plan = planOf(changed({ 1: change }))
    expect(plan).toMatchObject({ kind: 'blocked', steps: [] })
    expect(plan.findings).toContainEqual({
      member: two,
      problem: expect.stringContaining(problem),
      next: expect.stringContaining(next),
    })
  })

  it('gives exactly its own steps on any of them, alone and together', () => {
    const index = fc.integer({ min: 0, max: 2 })
    fc.assert(
      fc.property(fc.constantFrom(...MUTATIONS), index, ([, change, steps], at) => {
        const plan = planOf(changed({ [at]: change }))
        expect(plan.steps.map(shortly)).toEqual(steps.map((step) => step.replace('@', w.names[at]!)))
        expect(plan.quorum === undefined).toBe(!steps.some((step) => step.startsWith('roll')))
      }),
    )
    const hot = MUTATIONS.filter(([, , steps]) => steps.length === 1)
    const restarts = MUTATIONS.filter(([, change, steps]) => steps.length === 2 && change !== down)
    fc.assert(
      fc.property(fc.constantFrom(...hot), fc.constantFrom(...restarts), ([, a, first], [, b, second]) => {
        // A certificate cannot be renewed while a member does not trust its CA: tried elsewhere.
        fc.pre(!first[0]!.startsWith('renew') || !second[1]!.endsWith('ca'))
        const plan = planOf(changed({ 0: a, 2: b }))
        fc.pre(plan.kind !== 'blocked' && !plan.notes?.some((note) => note.includes('stays in this run')))
        expect(plan.steps.map(shortly)).toEqual([
          ...first.map((step) => step.replace('@', one)),
          ...second.map((step) => step.replace('@', three)),
        ])
      }),
    )
  })
})

describe('a converged cluster', () => {
  it('has nothing to change', () => {
    expect(planOf(changed({}))).toEqual({
      kind: 'none',
      steps: [],
      differences: [],
      findings: [],
      clusterId: 'cdf818194e3a8c32',
      summary: 'nothing to change: cluster cdf818194e3a8c32 has 3 members with etcd 3.6.14 as asked for',
    })
  })

  it('has its bootstrap finished where a marker was left', () => {
    const plan = planOf(changed({ 2: () => ({ bootstrapMarker: w.marker }) }))
    expect(plan).toMatchObject({ kind: 'bootstrap', steps: [] })
  })

  it('plans nothing wherever makePlan sees nothing', () => {
    expect(makePlan(w.desired, changed({}), { now: w.now }).kind).toBe('none')
  })
})

describe('an upgrade', () => {
  const to = (version: string, more: Partial<Desired> = {}): Desired => ({
    ...w.desired,
    release: { ...w.desired.release, version },
    ...more,
  })

  it('takes a snapshot, stages everywhere, and restarts the leader last', () => {
    const plan = planOf(running('3.6.11', '3.6.11', '3.6.11'))
    expect(plan.steps.map(shortly)).toEqual([
      `take-snapshot ${two}`,
      ...[one, two, three].map((name) => `stage ${name}`),
      ...[two, three, one].map((name) => `roll-member ${name} release`),
    ])
    expect(plan.steps.at(-1)?.reason).toContain('(last, as it leads)')
    expect(plan.summary).toBe(
      'bring cluster cdf818194e3a8c32 from 3.6.11 to 3.6.14: restart 3 of 3 members, one at a time',
    )
    expect(plan.quorum).toEqual({
      voters: 3,
      quorum: 2,
      tolerance: 1,
      note: '3 voters, 1 down at a time, quorum 2 held',
    })
    expect(plan.upgrade).toEqual({
      from: w.names.map((member) => ({ member, version: '3.6.11' })),
      to: '3.6.14',
      minor: false,
    })
  })

  it('says that there is no way back from another minor', () => {
    const plan = planOf(running('3.5.33', '3.5.33', '3.5.33'))
    expect(plan.upgrade?.minor).toBe(true)
    expect(plan.notes).toContain('once the last member runs 3.6.14, none can go back to 3.5')
  })

  it('goes on where it was interrupted', () => {
    const plan = planOf(running('3.6.14', '3.5.33', '3.6.14'))
    expect(plan.steps.map(shortly)).toEqual([
      `take-snapshot ${two}`,
      `stage ${two}`,
      `roll-member ${two} release`,
    ])
  })

  it.each([
    ['always', 'unit', true],
    ['auto', 'unit', false],
    ['never', 'release', false],
    ['auto', 'release', true],
  ] as const)('with snapshot %s and another %s: snapshot %s', (when, what, taken) => {
    const desired = { ...w.desired, snapshot: { ...w.desired.snapshot, when } }
    const world = what === 'unit' ? changed({ 0: unit('Restart=always', 'Restart=no') }) : running('3.6.13')
    const plan = planOf(world, desired)
    expect(plan.steps.some(({ kind }) => kind === 'take-snapshot')).toBe(taken)
  })

  it('is refused with the path that works', () => {
    expect(planOf(running('3.5.16', '3.5.16', '3.5.16'))).toMatchObject({
      kind: 'blocked',
      steps: [],
      findings: [{ member: 'version', next: 'go 3.5.16 -> 3.5.33 -> 3.6.14, one deploy each' }],
    })
  })

  it('is refused with a flag that the release does not know, and so is the flag alone', () => {
    const args = { etcd: { ...w.desired.etcd, args: [{ name: 'enable-v2', value: 'true' }] } }
    for (const plan of [
      planOf(running('3.5.33', '3.5.33', '3.5.33'), to('3.6.14', args)),
      planOf(changed({}), { ...w.desired, ...args }),
    ]) {
      expect(plan.kind).toBe('blocked')
      expect(plan.findings[0]?.problem).toContain('etcd 3.6.14 does not know --enable-v2')
    }
  })

  it('asks the member that runs, not the file that was exchanged under it', () => {
    const swapped: Change = ({ process }) => ({ process: { ...process!, exeSha256: 'old' } })
    const plan = planOf(
      changed({ 0: swapped }, { cluster: { ...cluster, statuses: statuses(1, ['3.6.12']) } }),
    )
    expect(plan.upgrade?.from[0]).toEqual({ member: one, version: '3.6.12' })
    expect(plan.steps.map(shortly)).toContain(`roll-member ${one} process`)
  })
})

describe('membership', () => {
  it.each([
    ['a member less', w.cluster.members.slice(1), one, 'is not a member of cluster'],
    [
      'a member more',
      [...w.cluster.members, { ...w.cluster.members[0]!, id: 'ff', name: 'x', peerUrls: ['https://x:1'] }],
      'x (ff)',
      'not in hosts',
    ],
    ['a learner', w.cluster.members.map((row) => ({ ...row, isLearner: true })), one, 'is a learner'],
  ])('is not changed by a roll: %s', (_, members, member, problem) => {
    const plan = planOf(changed({}, { cluster: { ...cluster, members } }))
    expect(plan).toMatchObject({ kind: 'blocked', steps: [] })
    expect(plan.findings).toContainEqual({
      member,
      problem: expect.stringContaining(problem),
      next: expect.stringContaining('etcdctl member'),
    })
  })
})

describe('files', () => {
  it('are shown as they will differ', () => {
    const { files } = planOf(changed({ 1: unit('RestartSec=15', 'RestartSec=1') }))
    expect(files).toEqual([
      {
        member: two,
        path: '/etc/systemd/system/etcd.service',
        before: expect.stringMatching(/^[0-9a-f]{64}$/),
        after: expect.stringMatching(/^[0-9a-f]{64}$/),
        diff: expect.arrayContaining(['-RestartSec=1', '+RestartSec=15', '...']),
      },
    ])
  })

  it('hide what a hand-written unit has in its environment', () => {
    const plan = planOf(changed({ 1: unit('[Service]', '[Service]\nEnvironment=PASSWORD=hunter2') }))
    expect(plan.steps).not.toEqual([])
    expect(JSON.stringify(plan)).not.toContain('hunter2')
  })
})
