/** What a question to etcd brought: its answer, or why there is none. */
export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string }

/** A row of `endpoint health`. */
export interface HealthEntry {
  readonly endpoint: string
  readonly healthy: boolean
  /** Go duration text as etcdctl wrote it; empty where it gave none. */
  readonly took: string
  /** The same in milliseconds; undefined where it gave none. */
  readonly tookMs: number | undefined
  /** Empty where healthy. */
  readonly error: string
  /** What lies behind `error`, from the client's own log: "dial tcp 10.0.0.1:2379: connect: connection refused". Often empty. */
  readonly cause: string
}

/** A row of `endpoint status`. Ids are lower-case hex without leading zeros, raft numbers decimal text (both 64-bit). */
export interface StatusEntry {
  readonly endpoint: string
  readonly clusterId: string
  readonly memberId: string
  readonly revision: string
  /** Version of the server, not of the cluster. */
  readonly version: string
  /** Bytes. */
  readonly dbSize: number
  /** Bytes; 0 where the server does not say. */
  readonly dbSizeInUse: number
  /** Bytes; undefined before 3.6. */
  readonly dbSizeQuota: number | undefined
  /** Member id; empty: it sees no leader. */
  readonly leader: string
  /** The commit index of the member that answered. */
  readonly raftIndex: string
  readonly raftAppliedIndex: string
  readonly raftTerm: string
  readonly isLearner: boolean
  /** X.Y.Z; empty before 3.6. */
  readonly storageVersion: string
  /** X.Y.Z that the cluster was told to go back to; absent where it was not, and before 3.6. */
  readonly downgradeTo?: string
  /** etcd's own complaints: no leader, alarms. */
  readonly errors: readonly string[]
}

/** A row of `member list`. */
export interface MemberListed {
  /** Lower-case hex without leading zeros. */
  readonly id: string
  /** Empty: added, never started. */
  readonly name: string
  readonly peerUrls: readonly string[]
  readonly clientUrls: readonly string[]
  readonly isLearner: boolean
}

/** `member list`, with the ids of the cluster and of the member that answered. */
export interface MemberListReply {
  readonly clusterId: string
  readonly memberId: string
  readonly members: readonly MemberListed[]
}

/** An alarm that is raised. */
export interface AlarmEntry {
  /** Hexadecimal; empty where it names no member: etcd knows that data differs, and not whose is wrong. */
  readonly memberId: string
  /** `NOSPACE`, `CORRUPT`, or `alarm N` for a kind that is not known. */
  readonly alarm: string
}

/** A row of `endpoint hashkv`; decimal text, but for the id. */
export interface HashKvEntry {
  readonly endpoint: string
  readonly memberId: string
  /** The newest revision that the member has. */
  readonly revision: string
  readonly hash: string
  readonly compactRevision: string
  /** The revision that was hashed; "0" before 3.6. */
  readonly hashRevision: string
}

/** What one endpoint answered. */
export interface EndpointAnswers {
  /** Client URL, as asked for. */
  readonly endpoint: string
  /** Name of the member that is expected there; empty where any member may be. */
  readonly name: string
  readonly health: Answer<HealthEntry>
  readonly status: Answer<StatusEntry>
}

/** Everything a cluster was asked for one verdict. */
export interface ClusterAnswers {
  /** In the order of `hosts` (or `endpoints`). */
  readonly endpoints: readonly EndpointAnswers[]
  readonly members: Answer<MemberListReply>
  readonly alarms: Answer<readonly AlarmEntry[]>
}

/** What has to hold besides every endpoint being healthy. */
export interface Expectations {
  /** The members there have to be, no more and no less; undefined: whoever is listed (`endpoints` mode). */
  readonly members: readonly { readonly name: string; readonly peerUrl: string }[] | undefined
  /** Milliseconds; undefined: no limit. */
  readonly maxLatencyMs: number | undefined
  /** Lower-case hex without leading zeros; empty: any. */
  readonly clusterId: string
}
