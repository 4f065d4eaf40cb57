import type { DormantEtcdFact, ForeignEtcdFact, FoundDataFact } from './found-etcd.js'
import type { AccountFact, ExposedFact, MountFact } from './host-facts.js'

export type * from './found-etcd.js'

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
  /**
   * What systemd refused the last start for, before any process of it was there: an `Assert...=` of the unit that did not hold, or a
   * `Condition...=`. Absent: it did not.
   */
  readonly startRefused?: 'assert' | 'condition'
  /** Since when it does not run, as systemd writes it: "Thu 2026-11-26 06:02:30 UTC". Absent: it runs, or never did since the host booted. */
  readonly downSince?: string
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

/**
 * One place that has a say in the environment of etcd. `manager`: systemd's own, for all services. `passed`: of systemd's first
 * process, named in PassEnvironment=. `unit`: Environment= of a unit or drop-in. `file`: in an EnvironmentFile=. `process`: what the
 * running process was given. `reset`: an empty setting. `unset`: UnsetEnvironment=. `start`: ExecStart= of a drop-in.
 * `missing`: an EnvironmentFile= that has to be there and is not.
 */
export interface EnvironmentRow {
  readonly kind: 'manager' | 'passed' | 'unit' | 'file' | 'process' | 'reset' | 'unset' | 'start' | 'missing'
  /** Absent for `manager` and `process`. */
  readonly file?: string
  /** From 1. */
  readonly line?: number
  /** The unit or drop-in that names this file; absent where it is that itself. */
  readonly by?: string
  /** As it is written there: one `NAME=VALUE`, quoted as that kind of file quotes. */
  readonly text: string
  /** The value may be secret and was not read: empty in `text`. */
  readonly hidden: boolean
}

/** Variables that etcd, or Go in it, takes notice of; no other one is read. Proxies come without user and password. */
export interface EnvironmentFact {
  /** In the order in which systemd reads them. */
  readonly given: readonly EnvironmentRow[]
  /** Absent where no process runs, or it could not be looked at. */
  readonly process?: readonly EnvironmentRow[]
}

/** What a TLS client sees at a member's client URL, or at its peer URL where it serves no clients yet. */
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
  /**
   * Of the newest raft snapshot that the member has made: the term and the index of the last entry in it, decimal text. Both were
   * committed then. Absent: it has made none, or there is no member.
   */
  readonly raftSnapshot?: { readonly term: string; readonly index: string }
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
  /** Ways to our directories that are not root's alone; absent where all are. */
  readonly exposed?: readonly ExposedFact[]
  /** The service user exists. */
  readonly userExists: boolean
  /** Absent where it does not, or nothing more is known of it. */
  readonly account?: AccountFact
  readonly listeners: readonly ListenerFact[]
  readonly foreignEtcd: readonly ForeignEtcdFact[]
  /** Etcds that do not run; absent: none. */
  readonly dormantEtcd?: readonly DormantEtcdFact[]
  /** Absent: none. */
  readonly foundData?: readonly FoundDataFact[]
  /** Text of the marker that a bootstrap of ours left and did not yet confirm; undefined: none. */
  readonly bootstrapMarker: string | undefined
  /** A change of this member is neither confirmed nor taken back: a run died, or works on it. Absent: no. */
  readonly unconfirmed?: boolean
  /** Absent where its member does not run, or nothing can be told of it. */
  readonly wire?: WireFact
  /** What etcd said of its key and certificate when it ended for them, one clause; absent where it runs, or ended otherwise. */
  readonly pairRefused?: string
  /** Absent where it was not asked for. */
  readonly environment?: EnvironmentFact
  /** Ids of members to which its member has a live connection of its own; absent where it does not tell. */
  readonly peers?: readonly string[]
}
