import { describe, expect, it } from 'vitest'
import { judgeCluster, type ClusterWant } from '../../../src/apply/engine/judge-cluster.js'
import type { ClusterView, MemberView } from '../../../src/apply/engine/port.js'
import { IDS, memberOf, statusOf, taskOf, viewOf } from '../roll/views.fixture.js'

const WANT: ClusterWant = { task: taskOf('3.5.30'), ids: IDS, done: [], except: [], index: '500' }
const [rowA, rowB, rowC] = viewOf().listed!
const DOWN = { activeState: 'failed', status: undefined, ready: false }

interface Case {
  readonly name: string
  readonly members?: readonly MemberView[]
  readonly view?: Partial<ClusterView>
  readonly want?: Partial<ClusterWant>
  readonly member: string
  readonly reason: RegExp
  readonly final: boolean
}

const CASES: readonly Case[] = [
  {
    name: 'an unhealthy voter',
    members: [memberOf('c', { ready: false })],
    member: 'c',
    reason: /not ready/,
    final: false,
  },
  {
    name: 'a voter behind the leader',
    members: [memberOf('c', { status: statusOf('c', { raftAppliedIndex: '499' }) })],
    member: 'c',
    reason: /applied 499/,
    final: false,
  },
  {
    name: 'a member that is done and serves another version',
    want: { done: ['a'], task: taskOf('3.5.33') },
    member: 'a',
    reason: /expected was 3.5.33/,
    final: true,
  },
  {
    name: 'an untold member list',
    view: { listed: undefined },
    member: 'the cluster',
    reason: /tells the member list/,
    final: false,
  },
  {
    name: 'a member that was added and never started',
    view: { listed: [rowA!, rowB!, rowC!, { ...rowC!, id: 'd1', name: '' }] },
    member: 'the cluster',
    reason: /d1 at https:\/\/c:2380 was added/,
    final: true,
  },
  {
    name: 'a learner',
    view: { listed: [rowA!, rowB!, { ...rowC!, isLearner: true }] },
    member: 'the cluster',
    reason: /c is a learner/,
    final: true,
  },
  {
    name: 'a member that has never been up in the cluster that answers, and may hold data of an earlier life',
    members: [memberOf('c', DOWN)],
    view: { listed: [rowA!, rowB!, { ...rowC!, clientUrls: [] }] },
    want: { except: ['c'] },
    member: 'c',
    reason: /never been up in the cluster that answers .*what it holds is of an earlier life of it/,
    final: true,
  },
  {
    name: 'a member with another id than before',
    view: { listed: [rowA!, rowB!, { ...rowC!, id: 'c2' }] },
    member: 'the cluster',
    reason: /c \(c2\) was not in the member list/,
    final: true,
  },
  {
    name: 'a member that was removed',
    view: { listed: [rowA!, rowB!] },
    member: 'c',
    reason: /no longer/,
    final: true,
  },
  {
    name: 'two leaders',
    members: [memberOf('c', { status: statusOf('c', { leader: 'c1' }) })],
    member: 'the cluster',
    reason: /do not agree on a leader \(a1, c1\)/,
    final: false,
  },
  {
    name: 'an alarm',
    view: { alarms: [{ memberId: 'e5', alarm: 'NOSPACE' }] },
    member: 'the cluster',
    reason: /alarm NOSPACE/,
    final: true,
  },
  {
    name: 'untold alarms',
    view: { alarms: undefined },
    member: 'the cluster',
    reason: /tells the alarms/,
    final: false,
  },
  {
    name: 'a database near the quota it tells',
    members: [memberOf('b', { status: statusOf('b', { dbSize: 80, dbSizeQuota: 100 }) })],
    member: 'b',
    reason: /80 % or more of the quota of 100/,
    final: true,
  },
  {
    name: 'a database near the quota of the task',
    want: { task: { ...taskOf('3.5.30'), quotaBytes: 1250 } },
    member: 'a',
    reason: /quota of 1250/,
    final: true,
  },
  {
    name: "another member's armed timer",
    members: [memberOf('b', { armed: true })],
    member: 'b',
    reason: /timer is armed/,
    final: true,
  },
  {
    name: 'a cluster version that has not followed all its members',
    want: { done: ['a', 'b', 'c'] },
    view: { clusterVersion: '3.4.0' },
    member: 'the cluster',
    reason: /all members serve 3.5, but the cluster version is still 3.4.0/,
    final: false,
  },
]

describe('judgeCluster', () => {
  it('passes a healthy cluster', () => expect(judgeCluster(viewOf(), WANT)).toEqual({ ok: true }))

  it('does not look at the health and the timer of those in hand', () =>
    expect(
      judgeCluster(viewOf([memberOf('b', { ...DOWN, armed: true })]), { ...WANT, except: ['b'] }),
    ).toEqual({ ok: true }))

  it('passes a database with room', () =>
    expect(judgeCluster(viewOf(), { ...WANT, task: { ...taskOf('3.5.30'), quotaBytes: 1251 } }).ok).toBe(
      true,
    ))

  it('judges by the quota that is asked for, not by the one that the roll replaces', () =>
    expect(
      judgeCluster(viewOf([memberOf('b', { status: statusOf('b', { dbSize: 990, dbSizeQuota: 1000 }) })]), {
        ...WANT,
        task: { ...taskOf('3.5.30'), quotaBytes: 10_000 },
      }),
    ).toEqual({ ok: true }))

  it('lets a cluster be repaired that has no quorum to tell anything', () => {
    const silent = viewOf([memberOf('a', DOWN), memberOf('b', DOWN), memberOf('c', { ready: false })], {
      listed: undefined,
      alarms: undefined,
    })
    expect(judgeCluster(silent, { ...WANT, except: ['a', 'b', 'c'] })).toEqual({ ok: true })
    expect(judgeCluster(silent, { ...WANT, except: ['a'] }).ok).toBe(false)
  })

  it.each(CASES)('holds back $name', ({ members = [], view = {}, want = {}, member, reason, final }) =>
    expect(judgeCluster(viewOf(members, view), { ...WANT, ...want })).toEqual({
      ok: false,
      member,
      reason: expect.stringMatching(reason),
      final,
      condition: expect.stringMatching(/^[a-z ]+$/),
    }),
  )
})
