import { clusterNamed } from '../../cluster/named.js'
import type { ClusterCondition, MemberCondition } from '../../cluster/roll-phase.js'
import { memberOf } from './view.js'
import type { ClusterView } from './port.js'

/** What a gate says; `final`: waiting will not help. `member`: name, or `the cluster`. */
export type Verdict =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly reason: string
      readonly member: string
      readonly final: boolean
      /** What did not hold, in a word or two; those before it in its list did. */
      readonly condition?: MemberCondition | ClusterCondition
    }

export const PASSED: Verdict = { ok: true }

/** What one member has to be to pass; undefined fields are not looked at. */
export interface MemberWant {
  readonly name: string
  /** Empty: any, as nobody could tell it. */
  readonly clusterId: string
  /** Id that it had before; undefined where nobody knew it. */
  readonly memberId: string | undefined
  /** X.Y.Z; empty: any. */
  readonly version?: string | undefined
  /** The process from before our restart: it must be gone. */
  readonly notPid?: number | undefined
  /** The process that it was first seen healthy with: it must still be the same. */
  readonly process?: { readonly pid: number; readonly restarts: number } | undefined
  /** The leader's raft index at an earlier look: it must have applied all up to it. */
  readonly index?: string | undefined
}

/**
 * Is this member, by itself, what it has to be? From the outside in: service, process, identity, version, leader, ready, caught
 * up (etcd's READY=1 alone is no proof: it is also sent when the server stops before it has joined, server/etcdmain/etcd.go).
 */
export const judgeMember = (view: ClusterView, want: MemberWant): Verdict => {
  const no = (condition: MemberCondition, reason: string, final: boolean): Verdict => {
    return { ok: false, reason, member: want.name, final, condition }
  }
  const waiting = (condition: MemberCondition, reason: string): Verdict => no(condition, reason, false)
  const lost = (condition: MemberCondition, reason: string): Verdict => no(condition, reason, true)
  const member = memberOf(view, want.name)
  if (!member || member.activeState === '')
    return waiting('host answers', member?.reason || 'its host does not answer')
  const { activeState, subState, mainPid, restarts, status } = member
  const old = want.notPid !== undefined && want.notPid !== 0 && mainPid === want.notPid
  if (old) return waiting('restarted', 'its service has not been restarted yet')
  if (activeState === 'failed') return lost('service runs', `systemd says ${activeState}/${subState}`)
  if (subState.startsWith('auto-restart'))
    return lost('service runs', `etcd exited; systemd says ${activeState}/${subState}`)
  if (want.process && (mainPid !== want.process.pid || restarts !== want.process.restarts)) {
    return lost('same process', 'etcd was restarted since it was first seen healthy')
  }
  if (activeState !== 'active') return waiting('service runs', `systemd says ${activeState}/${subState}`)
  if (!status) return waiting('answers', member.reason || 'etcd does not answer')
  if (want.clusterId !== '' && status.clusterId !== want.clusterId) {
    return lost(
      'same cluster and id',
      `it is in ${clusterNamed(status.clusterId)}, expected was ${clusterNamed(want.clusterId)}`,
    )
  }
  if (want.memberId !== undefined && status.memberId !== want.memberId) {
    return lost('same cluster and id', `its member id is ${status.memberId}, it was ${want.memberId} before`)
  }
  if (status.isLearner) return lost('voter', 'it is a learner, not a voter')
  if (want.version !== undefined && want.version !== '' && status.version !== want.version) {
    return lost('version', `it serves version ${status.version}, expected was ${want.version}`)
  }
  const alarm = view.alarms?.find(({ memberId }) => memberId === status.memberId)
  if (alarm) return lost('no alarm', `it raised the alarm ${alarm.alarm}`)
  if (status.leader === '') return waiting('sees a leader', 'it sees no leader')
  if (!member.ready) return waiting('ready', 'it is not ready: it serves no linearizable reads')
  if (want.index !== undefined && BigInt(status.raftAppliedIndex) < BigInt(want.index)) {
    return waiting(
      'caught up',
      `it has applied ${status.raftAppliedIndex} of the ${want.index} entries of the leader`,
    )
  }
  return PASSED
}
