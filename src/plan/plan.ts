/** Something that is not as it has to be before the first change; all of them are reported together. */
export interface Finding {
  /** Member name. */
  readonly member: string
  /** What is wrong, one clause. */
  readonly problem: string
  /** What to do about it, one clause. */
  readonly next: string
  /** The service of that member is down: its journal tells why. */
  readonly down?: boolean
}

/**
 * One change, with the reason for it. Holds no secret: plans are printed. `start-members` enables and starts all of its
 * members at once; one of them that runs already runs on older files of an unfinished bootstrap and is restarted.
 * Before that, the marker of the bootstrap must be on every host, those without a step too (see marker.ts).
 */
export type Step =
  | { readonly kind: 'create-user'; readonly member: string; readonly reason: string }
  | { readonly kind: 'install-release'; readonly member: string; readonly reason: string }
  | { readonly kind: 'place-certificates'; readonly member: string; readonly reason: string }
  | { readonly kind: 'write-unit'; readonly member: string; readonly reason: string }
  | { readonly kind: 'start-members'; readonly members: readonly string[]; readonly reason: string }
  | ChangeStep

/** What of a member takes a restart to change. `process`: what runs is not what the files on the host say, or nothing runs. */
export type RollPart = 'release' | 'unit' | 'ca' | 'certificate' | 'process'

/**
 * One change of a cluster that exists. `correct-host` (enable the unit, modes and owners, the unit's text where no setting
 * differs) and `renew-certificate` (key and certificate together, one member at a time behind the gates of a roll) restart nothing.
 * `take-snapshot` is on the host of `member`. `stage` has everything on the host that its `roll-member` will swap.
 */
export type ChangeStep =
  | { readonly kind: 'correct-host'; readonly member: string; readonly reason: string }
  | {
      readonly kind: 'renew-certificate'
      readonly member: string
      readonly reason: string
      /** Its pair is refused by all, so that it is down; absent: no. */
      readonly cutOff?: boolean
    }
  | { readonly kind: 'take-snapshot'; readonly member: string; readonly reason: string }
  | { readonly kind: 'stage'; readonly member: string; readonly reason: string }
  | {
      readonly kind: 'roll-member'
      readonly member: string
      readonly parts: readonly RollPart[]
      readonly reason: string
    }

/** One way in which an existing cluster is not what the inputs ask for. */
export interface Difference {
  /** Member name, or `cluster`. */
  readonly member: string
  /** What differs: "version", "unit", "certificate", "CA", "binaries", "membership", "file modes", ... */
  readonly what: string
  /** As a clause: "runs 3.5.16, asked for 3.5.30". */
  readonly detail: string
}

export interface Plan {
  /**
   * `bootstrap`: no cluster yet, or one of ours that was not finished: after its steps (there may be none left) all members
   * are waited for, and the markers taken away. `roll`: a cluster that is changed, one member at a time where one has to be
   * restarted. `none`: all is as asked. `blocked`: must stop.
   */
  readonly kind: 'bootstrap' | 'roll' | 'none' | 'blocked'
  readonly steps: readonly Step[]
  /** Why it is blocked by what an existing cluster is; empty otherwise. */
  readonly differences: readonly Difference[]
  /** Why it is blocked by what hosts are; empty otherwise. */
  readonly findings: readonly Finding[]
  /** One line for people: "bootstrap 3 members with etcd 3.6.14". */
  readonly summary: string
  /** The cluster that is changed; absent where it is not known, or there is none yet. */
  readonly clusterId?: string
  /** Absent where no member is restarted. */
  readonly quorum?: QuorumPlan
  /** Absent where no version changes. */
  readonly upgrade?: UpgradePlan
  /** Text files that will be written differently; absent where there are none. */
  readonly files?: readonly FileChange[]
  /** What has to come first where there is no quorum: once it is done, it is looked and planned anew. Absent: it is the whole of it. */
  readonly first?: boolean
  /** What is worth knowing before this plan is done; absent where there is nothing. */
  readonly notes?: readonly string[]
  /** What should not stay as it is, though this plan may be done; absent where there is nothing. */
  readonly warnings?: readonly string[]
}

/** What a roll does to the quorum. */
export interface QuorumPlan {
  readonly voters: number
  /** Voters that have to be up for a write. */
  readonly quorum: number
  /** Voters that may be down while writes go on. */
  readonly tolerance: number
  /** "3 voters, 1 down at a time, quorum 2 held". */
  readonly note: string
}

export interface UpgradePlan {
  /** X.Y.Z that each member has now; empty where it could not be told. */
  readonly from: readonly { readonly member: string; readonly version: string }[]
  readonly to: string
  /** It crosses a minor version upwards: after the last member there is no way back to the old one. */
  readonly minor: boolean
}

export interface FileChange {
  readonly member: string
  readonly path: string
  /** SHA-256 of the text, lower-case hex; empty where there is no file. */
  readonly before: string
  readonly after: string
  /** Lines that begin with `-`, `+` or a blank; `...` where equal lines are left out. */
  readonly diff: readonly string[]
}

export interface PlanOptions {
  /** The runner's clock, for certificates near their end. */
  readonly now: Date
}
