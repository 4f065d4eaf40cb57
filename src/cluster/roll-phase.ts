/** What a member goes through while it is rolled, in this order where all goes well; or the cluster as a whole. */
export type RollPhase =
  /** An earlier run left it unconfirmed: it is confirmed or put back. */
  | 'settle'
  /** Everything else is healthy, so that it may be stopped. */
  | 'gate'
  | 'before-member'
  | 'hand over'
  | 'arm'
  | 'swap'
  | 'restart'
  /** New connections to it and from it show that its new certificate is taken. */
  | 'prove'
  /** It becomes healthy after its restart. */
  | 'join'
  /** It stays healthy. */
  | 'soak'
  | 'confirm'
  | 'gate after'
  | 'after-member'
  | 'put back'
  /** The cluster: the first look, a wait for whoever is unhealthy, the comparison of data, the last gate. */
  | 'look'
  | 'choose'
  | 'compare data'
  | 'whole cluster'

/** One phase that is over. Times by one clock, milliseconds. */
export interface PhaseSpan {
  /** Name; empty: the cluster as a whole. */
  readonly member: string
  readonly phase: RollPhase
  readonly from: number
  readonly to: number
  /** It ended as it should. */
  readonly ok: boolean
  /** What was looked at last in it, where it waited for something. */
  readonly verdict?: PhaseVerdict
}

/** The last word of a gate. */
export interface PhaseVerdict {
  readonly ok: boolean
  /** The condition that did not hold; empty where all did, or it has no name. */
  readonly condition: string
  /** One clause; empty where all held. */
  readonly reason: string
}

/** How far a roll came. */
export interface RollProgress {
  /** Rolled and confirmed, in the order it happened. */
  readonly rolled: readonly string[]
  readonly reverted: string | undefined
  /** They had to be rolled, and were not touched. */
  readonly untouched: readonly string[]
}

/** A member as the last look of a roll showed it. */
export interface MemberSeen {
  readonly member: string
  /** X.Y.Z that it serves; empty where it did not answer. */
  readonly version: string
  readonly isLeader: boolean
  /** It serves linearizable reads. */
  readonly ready: boolean
  /** systemd's words: "active/running"; empty where its host did not answer. */
  readonly state: string
}

/** What a member has to be, in the order it is looked at. */
export const MEMBER_CONDITIONS = [
  'host answers',
  'restarted',
  'service runs',
  'same process',
  'answers',
  'same cluster and id',
  'voter',
  'version',
  'no alarm',
  'sees a leader',
  'ready',
  'caught up',
  'links up',
] as const
export type MemberCondition = (typeof MEMBER_CONDITIONS)[number]

/** What the cluster has to be, in the order it is looked at. */
export const CLUSTER_CONDITIONS = [
  'member list',
  'members healthy',
  'one leader',
  'no alarms',
  'room in the database',
  'no timer armed',
  'links up',
  'cluster version',
] as const
export type ClusterCondition = (typeof CLUSTER_CONDITIONS)[number]
