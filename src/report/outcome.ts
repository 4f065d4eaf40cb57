import type { Operation } from '../cluster/desired.js'
import type { HealthVerdict } from '../cluster/health.js'
import type { MemberStatus } from '../cluster/observed.js'
import type { MemberSeen, PhaseSpan, RollProgress } from '../cluster/roll-phase.js'
import type { Plan } from '../plan/plan.js'

/** How long one part of the run took. */
export interface Timing {
  readonly label: string
  /** Milliseconds of the clock that `PhaseSpan` has too. */
  readonly from: number
  readonly ms: number
  readonly ok: boolean
}

/** What leased keys written through one endpoint took, in milliseconds. */
export interface CommitLatency {
  readonly endpoint: string
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** What the writer that runs all through a roll saw. */
export interface WriteGap {
  /** Longest time without a successful write, milliseconds. */
  readonly longestMs: number
  /** Writes that failed. */
  readonly failed: number
  /** What the input allows, milliseconds; absent: any. */
  readonly limitMs?: number | undefined
  /** The longest gap in the turn of each member, in the order they had it. */
  readonly turns?: readonly { readonly name: string; readonly ms: number }[]
}

/** The snapshot that was taken before a roll. */
export interface SnapshotTaken {
  /** On the host of `member`. */
  readonly path: string
  readonly member: string
  /** Lower-case hex of the file. */
  readonly sha256: string
  /** Decimal text: 64-bit. */
  readonly revision: string
}

/** Service status and last journal lines of the member that a failure is about. */
export interface ServiceShown {
  readonly member: string
  /** As the log has them, with nothing in them that steers. */
  readonly lines: readonly string[]
}

/** What a run came to: the one thing that every renderer of this room takes. Holds no secret. */
export interface Outcome {
  readonly operation: Operation
  /** Every endpoint is healthy and everything asked for is done. */
  readonly healthy: boolean
  /** Something was written or restarted on a host. */
  readonly changed: boolean
  /** It was ended by a signal, and did not fail by itself. */
  readonly cancelled?: boolean | undefined
  /** What each member that answered said of itself before anything was changed; absent where nobody was asked. */
  readonly before?: readonly MemberStatus[] | undefined
  /** The last look of a roll: how members are where the run ended without a verdict. Absent where there was no roll. */
  readonly lastSeen?: readonly MemberSeen[] | undefined
  /** How far the roll came; absent where there was none. */
  readonly roll?: RollProgress | undefined
  /** What members and cluster went through in the roll, in order; absent where there was none. */
  readonly phases?: readonly PhaseSpan[] | undefined
  /** Absent where the run stopped before the cluster was asked. */
  readonly verdict?: HealthVerdict | undefined
  /** Absent where the run stopped before it could plan, and for `health`. */
  readonly plan?: Plan | undefined
  /** Absent where there is no plan, or it is blocked. */
  readonly planDigest?: string | undefined
  /** Absent where no roll took place, or without its own writer. */
  readonly writeGap?: WriteGap | undefined
  /** Absent where none was taken. */
  readonly snapshot?: SnapshotTaken | undefined
  /** The one sentence that the job failed with; absent where it passed. */
  readonly failure?: string | undefined
  /** What to do about the failure, as a clause; absent where there is none, or nobody knows. */
  readonly next?: string | undefined
  /** Absent where no failure is about a member. */
  readonly service?: ServiceShown | undefined
  /** In the order the parts ran. */
  readonly timings: readonly Timing[]
  /** Empty unless `commit-probe` asked for them. */
  readonly commitLatencies: readonly CommitLatency[]
  /** Of the member certificate that ends first, whole days; absent where none was read. */
  readonly certificateDaysLeft?: number | undefined
  readonly warnings: readonly string[]
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** Page of this run in the CI system. */
  readonly runUrl?: string | undefined
  /** Where the JSON report was written on the runner. */
  readonly reportPath?: string | undefined
}
