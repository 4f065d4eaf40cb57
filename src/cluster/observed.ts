import type { MemberListed } from './answers.js'
import type { Divergence } from './divergence.js'
import type { HostObserved } from './observed-host.js'

export type * from './observed-host.js'

/** Can `from` open a TCP connection to the peer address of `to`? */
export interface PeerLink {
  readonly from: string
  readonly to: string
  /**
   * `probed`: our own short-lived listener on that host answered, so the way is open and the port was free.
   * `reached`: somebody else answered. `refused`: the host answered that nobody listens, so the way is open.
   */
  readonly outcome: 'probed' | 'reached' | 'refused' | 'failed' | 'not-checked'
  /** Why, for `failed` and `not-checked`. */
  readonly reason: string
}

/** What a running cluster says of itself; undefined in Observed where none answered. */
export interface ClusterObserved {
  readonly clusterId: string
  readonly members: readonly MemberListed[]
  /** Hosts whose etcd is in a cluster with another id than this one, which most of them name. */
  readonly elsewhere?: readonly { readonly member: string; readonly clusterId: string }[]
  /** What each member that answers says of itself; absent where none was asked. */
  readonly statuses?: readonly MemberStatus[]
  /** Its members hold different data; absent where that is not known. */
  readonly divergence?: Divergence
  /** Why it is not known whether they do, one clause; absent where it is, or where nothing made it doubtful. */
  readonly dataUnknown?: string
  /** As the members that answer tell; absent: none is raised. */
  readonly alarms?: readonly { readonly memberId: string; readonly alarm: string }[]
}

/** Members whose certificate etcd's authentication does not let do what a roll needs. */
export interface AccessRefused {
  /** Names; they have certificates of one name. */
  readonly members: readonly string[]
  /** Common name (CN) of those certificates; empty where it is not known. */
  readonly user: string
  /** etcd's own words. */
  readonly reason: string
}

/** A member that was asked and did not answer as it should. */
export interface SilentMember {
  readonly member: string
  /** One clause. */
  readonly reason: string
}

/** A member as it answers for itself. */
export interface MemberStatus {
  /** Name in `hosts`. */
  readonly member: string
  /** X.Y.Z that it serves. */
  readonly version: string
  /** X.Y.Z of its data; empty before 3.6. */
  readonly storageVersion: string
  readonly isLeader: boolean
  /** Bytes of its database; absent where it was not told. */
  readonly dbSize?: number
  /** X.Y.Z that the cluster was told to go back to (`etcdctl downgrade enable`); absent where it was not, and before 3.6. */
  readonly downgradeTo?: string
  /** How far the log is committed as it knows, decimal text; absent where it sees no leader, and may know less than the cluster has. */
  readonly raft?: { readonly term: string; readonly index: string }
}

/** What etcd's own tool finds of the v2 API's data on the disks of a member; 3.6 does not start on any. */
export interface V2Fact {
  readonly member: string
  /**
   * `none`: neither in the store nor in the log. `unread-log`: none in the store, and the tool of this release does not read the
   * log. `found`: there is some. `unknown`: the tool could not tell.
   */
  readonly kind: 'none' | 'unread-log' | 'found' | 'unknown'
  /** What the tool said, one clause; empty for `none`. */
  readonly reason: string
}

/** What matters for one upgrade alone, and is only looked at where that is asked for. */
export interface UpgradeFacts {
  /** From 3.4 to 3.5: authentication is switched on. Absent: nobody can tell. */
  readonly authentication?: boolean
  /** From 3.5 to 3.6: of every member that runs 3.5. */
  readonly v2?: readonly V2Fact[]
}

/** The world as it was a moment ago. */
export interface Observed {
  readonly hosts: readonly HostObserved[]
  readonly links: readonly PeerLink[]
  readonly cluster: ClusterObserved | undefined
  /** Members whose service is up and whose etcd told nothing when it was asked, with why; absent: none. */
  readonly silent?: readonly SilentMember[]
  /** Absent: authentication is switched off, or lets every certificate do all. */
  readonly refused?: readonly AccessRefused[]
  /** Absent where no such upgrade is asked for. */
  readonly upgrade?: UpgradeFacts
}
