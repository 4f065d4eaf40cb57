import type { AccountFact, MountFact } from './host-facts.js'

/** A file as it is on a host; `undefined` where it is absent. */
export interface FileFact {
  /** Octal without leading zero: "600". */
  readonly mode: string
  readonly owner: string
  /** Text of public files; private keys are never read: empty there. */
  readonly text: string
}

export interface DirectoryFact {
  readonly exists: boolean
  /** Holds nothing but `lost+found` and our own bootstrap marker; true where it does not exist. */
  readonly empty: boolean
  readonly mode: string
  readonly owner: string
  /** Writable for root: false on a read-only file system. Where it does not exist: of its nearest parent that does. */
  readonly writable: boolean
  /** Free space in bytes, of the nearest parent where it does not exist. */
  readonly availableBytes: number
  /** The same in inodes; absent where the file system does not count them. */
  readonly availableInodes?: number
  /** What it is on; absent where that is not known. */
  readonly mount?: MountFact
}

/** `systemctl show` of the service. */
export interface ServiceFact {
  /** `loaded`, `not-found`, `masked`, ... */
  readonly loadState: string
  readonly activeState: string
  readonly subState: string
  readonly result: string
  readonly mainPid: number
  readonly restarts: number
  /** `enabled`, `disabled`, empty where there is no unit. */
  readonly unitFileState: string
  /** The file on disk is newer than what systemd has loaded. */
  readonly needsReload: boolean
  /** Files in `NAME.service.d` that change what the unit says; absent where there are none. */
  readonly dropIns?: readonly string[]
  /** `/etc/systemd/system/NAME.service` as it is on disk. */
  readonly unit: FileFact | undefined
}

/** The running main process of the service, so that drift is found in what runs, not only in files. */
export interface ProcessFact {
  readonly pid: number
  /** SHA-256 of `/proc/PID/exe`. */
  readonly exeSha256: string
  readonly argv: readonly string[]
  /** The CA file was changed after this process had read it, which it does once, at its start; absent where it is not known. */
  readonly caChangedSince?: boolean
}

export interface BinaryFact {
  readonly sha256: string
  /** X.Y.Z as the binary itself prints it; empty where it does not run. */
  readonly version: string
}

/** A listening TCP socket on one of the ports we care for. */
export interface ListenerFact {
  readonly port: number
  readonly pid: number
  /** Command name of the process, empty where unknown. */
  readonly command: string
}

/** An etcd process other than the main process that systemd named for our service a moment before. */
export interface ForeignEtcdFact {
  readonly pid: number
  /** systemd unit it runs in, empty where none. */
  readonly unit: string
  readonly argv: readonly string[]
}

/** What a TLS client sees at a member's client URL. */
export type WireFact =
  /** A certificate with this serial number, lower-case hex without leading zeros. */
  | { readonly kind: 'served'; readonly serial: string }
  /** The member itself breaks every handshake off: its key and certificate are no pair, or cannot be read. */
  | { readonly kind: 'broken' }

/** Everything known of one host, taken in one round trip. */
export interface HostObserved {
  /** Name of the member that this host is to run. */
  readonly member: string
  /** Name of pid 1: "systemd". */
  readonly init: string
  /** `uname -m`. */
  readonly machine: string
  /** Host clock minus runner clock, milliseconds, and how far off that estimate may be (half the round trip). */
  readonly clockSkewMs: number
  readonly clockErrorMs: number
  readonly service: ServiceFact
  readonly process: ProcessFact | undefined
  readonly binaries: {
    readonly etcd?: BinaryFact
    readonly etcdctl?: BinaryFact
    readonly etcdutl?: BinaryFact
  }
  readonly ca: FileFact | undefined
  readonly certificate: FileFact | undefined
  /** Mode and owner only. */
  readonly key: FileFact | undefined
  readonly dataDir: DirectoryFact
  /** The data directory holds an etcd member (a WAL), wherever `wal-dir` puts it. */
  readonly hasMemberData: boolean
  /** undefined where `wal-dir` is not set. */
  readonly walDir: DirectoryFact | undefined
  readonly binDir: DirectoryFact
  readonly caDir: DirectoryFact
  readonly unitDir: DirectoryFact
  readonly tempDir: DirectoryFact
  /** Our own notes; absent where it was not looked at. */
  readonly stateDir?: DirectoryFact
  /** Absent where no snapshot is ever taken. */
  readonly snapshotDir?: DirectoryFact
  /** The service user exists. */
  readonly userExists: boolean
  /** Absent where it does not, or nothing more is known of it. */
  readonly account?: AccountFact
  readonly listeners: readonly ListenerFact[]
  readonly foreignEtcd: readonly ForeignEtcdFact[]
  /** Text of the marker that a bootstrap of ours left and did not yet confirm; undefined: none. */
  readonly bootstrapMarker: string | undefined
  /** A change of this member is neither confirmed nor taken back: a run died, or works on it. Absent: no. */
  readonly unconfirmed?: boolean
  /** Absent where its member does not run, or nothing can be told of it. */
  readonly wire?: WireFact
}

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

/** What a running cluster says of itself; undefined in Observed where none answered. */
export interface ClusterObserved {
  readonly clusterId: string
  readonly members: readonly MemberListed[]
  /** Hosts whose etcd is in a cluster with another id than this one, which most of them name. */
  readonly elsewhere?: readonly { readonly member: string; readonly clusterId: string }[]
  /** What each member that answers says of itself; absent where none was asked. */
  readonly statuses?: readonly MemberStatus[]
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
