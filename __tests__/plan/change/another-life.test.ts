import { describe, expect, it } from 'vitest'
import type { HostObserved, Observed } from '../../../src/cluster/observed.js'
import type { MemberListed } from '../../../src/cluster/answers.js'
import { blockedFailure } from '../../../src/plan/blocked.js'
import { makePlan } from '../../../src/plan/make-plan.js'
import * as w from '../world.js'
import { type Change, changed, cluster, down, planOf, statuses } from './worlds.js'

const [one] = w.names as [string]
/** The cluster that answers, with another row for the first host, or none. */
const listed = (row: Partial<MemberListed> | undefined): Partial<Observed> => ({
  cluster: {
    ...cluster,
    members: cluster.members.flatMap((member, index) =>
      index > 0 ? [member] : row === undefined ? [] : [{ ...member, ...row }],
    ),
  },
})
const withSnapshot =
  (term: string, index: string): Change =>
  (host) => ({ ...down(host), raftSnapshot: { term, index } })
type Reach = readonly [term: string, index: string] | undefined
/** What the second and the third member say of how far they are. */
const answering = (...reach: readonly Reach[]): Partial<Observed> => ({
  cluster: {
    ...cluster,
    statuses: statuses(1)
      .slice(1)
      .map((status, index) => {
        const at = reach[index]
        return at === undefined ? status : { ...status, raft: { term: at[0], index: at[1] } }
      }),
  },
})

const REFUSED: readonly [name: string, change: Change, more: Partial<Observed>, problem: string][] = [
  [
    'a cluster founded anew by the others: its row was never published',
    down,
    listed({ clientUrls: [] }),
    'holds data in /var/lib/etcd, but its place there, member 8e9e05c521646940 of cluster cdf818194e3a8c32, has never started',
  ],
  [
    'a place that was added and never started',
    down,
    listed({ name: '', clientUrls: [] }),
    'has never started',
  ],
  ['the same while it runs', () => ({}), listed({ clientUrls: [] }), 'has never started'],
  [
    'while it waits for others',
    (host) => ({ service: { ...host.service, activeState: 'activating' } }),
    listed({ clientUrls: [] }),
    'has never started',
  ],
  [
    'no place in the cluster',
    down,
    listed(undefined),
    'no member of cluster cdf818194e3a8c32 is at https://10.0.0.1:2380',
  ],
  [
    'its place at another address',
    down,
    listed({ peerUrls: ['https://10.9.9.9:2380'] }),
    'is at https://10.0.0.1:2380',
  ],
  [
    'a snapshot of an index that the others never came to',
    withSnapshot('2', '100001'),
    answering(['2', '40'], ['2', '41']),
    'its newest raft snapshot is of term 2, index 100001, theirs is at term 2, index 41, so it is of another life',
  ],
  [
    'a snapshot of a term that the others never came to',
    withSnapshot('9', '5'),
    answering(['2', '40'], undefined),
    'of term 9, index 5',
  ],
  [
    'an index beyond what a number holds exactly',
    withSnapshot('2', '9007199254740993'),
    answering(['2', '9007199254740992'], undefined),
    'index 9007199254740993',
  ],
]

const TAKEN: readonly [name: string, change: Change, more: Partial<Observed>][] = [
  ['a member that is in the cluster and stopped', down, {}],
  ['a snapshot that the others have passed', withSnapshot('2', '40'), answering(['3', '40'], ['3', '41'])],
  ['a snapshot, and others that see no leader', withSnapshot('2', '100001'), answering(undefined, undefined)],
  ['a snapshot, and others of an older release of ours', withSnapshot('2', '100001'), {}],
]

describe('data of another life', () => {
  it.each(REFUSED)('is refused: %s', (_, change, more, problem) => {
    const observed = changed({ 0: change }, more)
    const plan = makePlan(w.desired, observed, { now: w.now })
    expect(plan).toMatchObject({ kind: 'blocked', steps: [] })
    expect(plan.findings).toContainEqual({
      member: one,
      problem: expect.stringContaining(problem),
      next: expect.stringMatching(/^keep \/var\/lib\/etcd as it is: it may be the only copy/),
    })
    expect(blockedFailure(plan).message).toContain('nothing was changed on any host')
  })

  it.each(TAKEN)('is not: %s', (_, change, more) => {
    expect(planOf(changed({ 0: change }, more)).steps.map(({ kind }) => kind)).toEqual([
      'stage',
      'roll-member',
    ])
  })

  it('is not the data of members that run, whatever their snapshots say', () => {
    const ahead = (): Partial<HostObserved> => ({ raftSnapshot: { term: '9', index: '900' } })
    const all = changed({ 0: ahead, 1: ahead, 2: ahead }, answering(['2', '4'], ['2', '4']))
    const healthy = { ...all, cluster: { ...all.cluster!, statuses: statuses() } }
    expect(planOf(healthy).kind).toBe('none')
  })

  it('says how its place is given to an empty member, with both directories', () => {
    const desired = { ...w.desired, layout: { ...w.desired.layout, walDir: '/wal' } }
    const observed = changed({ 0: down }, listed({ clientUrls: [] }))
    const next = planOf(observed, desired).findings.find(({ problem }) =>
      problem.includes('never started'),
    )?.next
    expect(next).toContain(
      'move /var/lib/etcd and /wal aside, then etcdctl member remove 8e9e05c521646940, etcdctl member add',
    )
  })
})
