import { describe, expect, it } from 'vitest'
import { judgeMember, type MemberWant } from '../../../src/apply/engine/judge-member.js'
import type { ClusterView, MemberView } from '../../../src/apply/engine/port.js'
import { MEMBER_CONDITIONS } from '../../../src/cluster/roll-phase.js'
import { memberOf, statusOf, viewOf } from '../roll/views.fixture.js'

const WANT: MemberWant = {
  name: 'b',
  clusterId: 'c1',
  memberId: 'b1',
  version: '3.5.30',
  notPid: 9,
  process: { pid: 10, restarts: 0 },
  index: '500',
}

interface Case {
  readonly name: string
  readonly member?: Partial<MemberView>
  readonly view?: Partial<ClusterView>
  readonly want?: Partial<MemberWant>
  readonly reason: RegExp
  readonly final: boolean
}

const CASES: readonly Case[] = [
  {
    name: 'a host that does not answer',
    member: { activeState: '', status: undefined, reason: 'the connection is lost' },
    reason: /the connection is lost/,
    final: false,
  },
  { name: 'the old process', want: { notPid: 10 }, reason: /not been restarted yet/, final: false },
  {
    name: 'the old process, failed',
    member: { activeState: 'failed' },
    want: { notPid: 10 },
    reason: /not been restarted yet/,
    final: false,
  },
  {
    name: 'a failed unit',
    member: { activeState: 'failed', subState: 'failed', mainPid: 0, status: undefined },
    reason: /systemd says failed\/failed/,
    final: true,
  },
  {
    name: 'an exit loop',
    member: { activeState: 'activating', subState: 'auto-restart', mainPid: 0, status: undefined },
    reason: /etcd exited/,
    final: true,
  },
  {
    name: 'another process than before',
    member: { mainPid: 11 },
    reason: /was restarted since/,
    final: true,
  },
  { name: 'a counted restart', member: { restarts: 1 }, reason: /was restarted since/, final: true },
  {
    name: 'a unit that starts',
    member: { activeState: 'activating', subState: 'start', status: undefined },
    reason: /systemd says activating\/start/,
    final: false,
  },
  {
    name: 'no status',
    member: { status: undefined, reason: 'context deadline exceeded' },
    reason: /context deadline exceeded/,
    final: false,
  },
  {
    name: 'another cluster',
    member: { status: statusOf('b', { clusterId: 'c2' }) },
    reason: /in cluster c2, expected was cluster c1/,
    final: true,
  },
  {
    name: 'another member id',
    member: { status: statusOf('b', { memberId: 'b2' }) },
    reason: /member id is b2, it was b1/,
    final: true,
  },
  {
    name: 'a learner',
    member: { status: statusOf('b', { isLearner: true }) },
    reason: /learner/,
    final: true,
  },
  {
    name: 'another version',
    member: { status: statusOf('b', { version: '3.5.16' }) },
    reason: /serves version 3.5.16, expected was 3.5.30/,
    final: true,
  },
  {
    name: 'an alarm of its own',
    view: { alarms: [{ memberId: 'b1', alarm: 'CORRUPT' }] },
    reason: /alarm CORRUPT/,
    final: true,
  },
  {
    name: 'no leader',
    member: { status: statusOf('b', { leader: '' }) },
    reason: /sees no leader/,
    final: false,
  },
  { name: 'not ready', member: { ready: false }, reason: /not ready/, final: false },
  {
    name: 'behind the leader, beyond 2^53',
    member: { status: statusOf('b', { raftAppliedIndex: '9007199254740992' }) },
    want: { index: '9007199254740993' },
    reason: /applied 9007199254740992 of the 9007199254740993/,
    final: false,
  },
]

describe('judgeMember', () => {
  it('passes a member that is all it has to be', () =>
    expect(judgeMember(viewOf(), WANT)).toEqual({ ok: true }))

  it('passes one of whom less is asked', () =>
    expect(
      judgeMember(viewOf([memberOf('b', { restarts: 7, mainPid: 99 })]), {
        name: 'b',
        clusterId: 'c1',
        memberId: undefined,
      }),
    ).toEqual({ ok: true }))

  it('passes one of any cluster where nobody could tell which it is', () =>
    expect(judgeMember(viewOf(), { ...WANT, clusterId: '' })).toEqual({ ok: true }))

  it("does not mind another member's alarm", () =>
    expect(judgeMember(viewOf([], { alarms: [{ memberId: 'c1', alarm: 'NOSPACE' }] }), WANT).ok).toBe(true))

  it.each(CASES)('holds back $name', ({ member = {}, view = {}, want = {}, reason, final }) => {
    const verdict = judgeMember(viewOf([memberOf('b', member)], view), { ...WANT, ...want })
    expect(verdict).toMatchObject({ ok: false, member: 'b', reason: expect.stringMatching(reason), final })
    expect(MEMBER_CONDITIONS).toContain(verdict.ok ? '' : verdict.condition)
  })
})
