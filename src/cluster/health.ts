import type { Divergence } from './divergence.js'
import type { AlarmEntry, MemberListed } from './answers.js'

/** One endpoint as it answered, in etcd's words. */
export interface EndpointHealth {
  readonly endpoint: string
  readonly name: string
  /** Lower-case hex without leading zeros; empty where it did not answer. */
  readonly memberId: string
  readonly healthy: boolean
  /** etcdctl's own duration text, e.g. "2.210885ms"; empty where it gave none. */
  readonly took: string
  /** The same in milliseconds; undefined where it gave none. */
  readonly tookMs: number | undefined
  readonly isLeader: boolean
  readonly isLearner: boolean
  readonly version: string
  readonly dbSize: number
  /** Bytes; undefined before 3.6. */
  readonly dbSizeQuota?: number | undefined
  readonly raftTerm: string
  readonly raftIndex: string
  readonly alarms: readonly string[]
  /** Why it is unhealthy; empty where healthy. */
  readonly error: string
}

/** The verdict over the whole cluster: healthy only when every endpoint is and all agree. */
export interface HealthVerdict {
  readonly healthy: boolean
  /** In the order of `hosts` (or `endpoints`). */
  readonly endpoints: readonly EndpointHealth[]
  /** Every reason why the cluster is not healthy, each one sentence without full stop; empty when healthy. */
  readonly problems: readonly string[]
  /** What is worth a word but makes nothing unhealthy; absent where there is nothing. */
  readonly notes?: readonly string[]
  readonly clusterId: string
  /** Member id of the agreed leader; empty where there is none. */
  readonly leader: string
  /** Lowest version any endpoint serves; empty where none answered. */
  readonly version: string
  readonly members: readonly MemberListed[]
  /** Absent where none is raised, or none can be told. */
  readonly alarms?: readonly AlarmEntry[]
  /** Its members hold different data; absent where that is not known. */
  readonly divergence?: Divergence
}
