import { count } from './count.js'
import type { Member, SshTarget } from './member.js'

export type Operation = 'deploy' | 'plan' | 'health'
export type CertificateMode = 'per-member' | 'shared'
export type CertificateKey = 'rsa-2048' | 'rsa-3072' | 'rsa-4096' | 'ecdsa-p256' | 'ecdsa-p384'
export type ClusterState = 'auto' | 'new' | 'existing'

/** `--flag=value` of etcd, name without the dashes. */
export interface EtcdFlag {
  readonly name: string
  readonly value: string
}

/** What one member keeps, whatever this action would give a new one. */
export interface KeptFlags {
  readonly member: string
  readonly flags: readonly EtcdFlag[]
}

/** Where things are on a host; absolute paths without trailing slash. */
export interface Layout {
  readonly binDir: string
  readonly caDir: string
  readonly dataDir: string
  /** The log itself is in `wal` below it. Empty: inside the data directory, etcd's default. */
  readonly walDir: string
  /** systemd unit name without `.service`. */
  readonly serviceName: string
  readonly serviceUser: string
}

export interface DesiredSsh {
  /** known_hosts lines. */
  readonly knownHosts: string
  readonly hostKeyChecking: 'strict' | 'accept-new'
  /** Bastions in the order they are passed. */
  readonly jumps: readonly SshTarget[]
}

export interface DesiredRelease {
  /** X.Y.Z without `v`. Empty where the inputs leave it out, until a look at the hosts has told what that means there. */
  readonly version: string
  /** `version` was left out and is what every member runs: nothing of it is fetched or installed. Absent: no. */
  readonly kept?: true
  /** Without trailing slash. */
  readonly downloadBaseUrl: string
  /** Path on the runner, may hold `{arch}`; empty: download. */
  readonly archive: string
  /** Lower-case hex; empty: pinned digest or SHA256SUMS. */
  readonly archiveSha256: string
}

export interface DesiredEtcd {
  readonly clientPort: number
  readonly peerPort: number
  /** Empty where the inputs leave it out, until a look at the hosts has told which one there is. */
  readonly clusterToken: string
  /** Flags of members that stay as their units have them, as the inputs leave them out; absent: none. */
  readonly kept?: readonly KeptFlags[]
  readonly clusterState: ClusterState
  readonly localHttpListener: boolean
  /** etcd is left the proxy variables that systemd or a drop-in gives it. */
  readonly keepProxy: boolean
  readonly hardening: boolean
  /** The user's own flags; they override the document's tuning values. */
  readonly args: readonly EtcdFlag[]
}

export interface DesiredCertificates {
  /** PEM of one or more CA certificates, as it goes to the hosts. Public. Empty: none given. */
  readonly caPem: string
  /** The one in `caPem` that `ca-key` belongs to, which members' certificates must come from; absent without `ca-key`. */
  readonly issuerPem?: string
  readonly mode: CertificateMode
  /** Relative distinguished names in order, e.g. [["C","CN"],["CN","etcd"]]. */
  readonly subject: readonly (readonly [string, string])[]
  /** Extra DNS names and IP addresses. */
  readonly sans: readonly string[]
  readonly key: CertificateKey
  readonly days: number
  readonly renewBeforeMs: number
}

export interface HealthPolicy {
  /** Milliseconds; undefined: no limit. */
  readonly maxLatencyMs: number | undefined
  readonly timeoutMs: number
  /** Leased keys written through each endpoint; 0: none. */
  readonly commitProbe: number
  /** Lower-case hex without leading zeros; empty: any. */
  readonly expectClusterId: string
}

/** How members of a running cluster are changed, one at a time. */
export interface RollSettings {
  /** A restart may stop writes: with one or two voters there is no other way. */
  readonly allowDowntime: boolean
  /** How long each member must stay healthy before the next one is touched, milliseconds; 0: not at all. */
  readonly soakMs: number
  /** The roll stops when its own writer saw a longer gap, milliseconds; undefined: no limit. */
  readonly maxWriteGapMs: number | undefined
  /** Writes a leased key all through the roll and measures the gaps. */
  readonly canary: boolean
  /** Commands that the runner's shell runs around each member's step; empty: none. */
  readonly beforeMember: string
  readonly afterMember: string
}

export interface SnapshotPolicy {
  /** `auto`: before a roll that changes the version. `always`: before every roll. */
  readonly when: 'auto' | 'always' | 'never'
  /** On the host; absolute, without trailing slash. */
  readonly dir: string
  /** How many are kept there. */
  readonly keep: number
  /** Folder on the runner that a copy goes to; empty: none. */
  readonly download: string
}

/** Everything the inputs ask for, frozen, without a single secret: it may be printed. */
export interface Desired {
  readonly operation: Operation
  readonly members: readonly Member[]
  /** Client URLs for `health` straight from the runner; empty: health over SSH. */
  readonly endpoints: readonly string[]
  readonly ssh: DesiredSsh
  readonly release: DesiredRelease
  readonly layout: Layout
  readonly etcd: DesiredEtcd
  readonly certificates: DesiredCertificates
  readonly health: HealthPolicy
  readonly roll: RollSettings
  readonly snapshot: SnapshotPolicy
  /** `deploy` refuses to do any other plan than the one with this digest; empty: any. */
  readonly expectPlan: string
}

/** "3 members with etcd 3.6.14" */
export const describeCluster = ({ members, release }: Desired): string =>
  `${count(members.length, 'member')} with etcd ${release.version}`
