import type { Ci } from '../ci/port.js'
import { STATE } from '../ci/state.js'
import type { Desired } from '../cluster/desired.js'
import type { HealthVerdict } from '../cluster/health.js'
import type { MemberStatus } from '../cluster/observed.js'
import type { MemberSeen, PhaseSpan, RollProgress } from '../cluster/roll-phase.js'
import { Failure, sentenceOf } from '../failure.js'
import type { Inputs } from '../inputs/desired.js'
import type { CommitLatency, Outcome, ServiceShown, SnapshotTaken, WriteGap } from '../report/outcome.js'
import { formatDuration } from '../time/duration.js'
import { type Live, liveLines } from '../time/live.js'
import { Phases } from '../time/phases.js'

/** Where and for whom a run happens, from the CI system's environment. */
export interface RunPlace {
  /** Page of this run; empty where it is not known. */
  readonly runUrl: string
  readonly actor: string
  readonly agentSocket: string | undefined
  /** Downloaded archives are kept here between runs. */
  readonly cacheDir: string
  /** Private to this job. */
  readonly tempDir: string
}

/** What a run has found out and done so far; kept so that a failure can still report it. */
export interface Progress {
  changed: boolean
  plan: Outcome['plan']
  /** Of a plan that may be done. */
  planDigest: string | undefined
  /** What the writer that runs all through a roll saw. */
  writeGap: WriteGap | undefined
  snapshot: SnapshotTaken | undefined
  /** What members said of themselves before anything was changed. */
  before: readonly MemberStatus[] | undefined
  /** As the last look of a roll showed them. */
  lastSeen: readonly MemberSeen[] | undefined
  roll: RollProgress | undefined
  /** Of a roll, in order. */
  readonly spans: PhaseSpan[]
  verdict: HealthVerdict | undefined
  /** What was shown last of a member's service, for a failure. */
  service: ServiceShown | undefined
  commitLatencies: readonly CommitLatency[]
  certificateDaysLeft: number | undefined
  /** Where it is, for the one who asks where it stopped: `during "Plan"`. */
  at: string
}

/** One run of the action, as all operations see it. */
export interface Run {
  readonly ci: Ci
  readonly inputs: Inputs
  readonly place: RunPlace
  readonly phases: Phases
  /** What the part under way is busy with, for the log. */
  readonly live: Live
  readonly progress: Progress
  readonly startedAt: Date
  /** Aborted when the run is cancelled; its reason is a Failure. */
  readonly signal: AbortSignal
  /** Ends the run as a cancel would: the member in hand is finished or put back, and nothing new is begun. */
  abort(reason: Failure): void
  /** Keeps a secret that the run itself made (a member's key) out of everything it prints from now on. */
  keepSecret(secret: string): void
  /**
   * Runs one part of the work as a group of the log, and times it. Rejects with the signal's reason where the run is cancelled
   * already.
   */
  part<T>(title: string, work: () => Promise<T>): Promise<T>
}

export interface NewRun {
  readonly ci: Ci
  readonly inputs: Inputs
  readonly place: RunPlace
  readonly startedAt: Date
  readonly signal: AbortSignal
  readonly abort: (reason: Failure) => void
  readonly keepSecret: (secret: string) => void
}

/** A run that has not done anything yet. */
export const newRun = ({ ci, inputs, place, startedAt, signal, abort, keepSecret }: NewRun): Run => {
  const phases = new Phases()
  const progress: Progress = {
    changed: false,
    plan: undefined,
    planDigest: undefined,
    writeGap: undefined,
    snapshot: undefined,
    before: undefined,
    lastSeen: undefined,
    roll: undefined,
    spans: [],
    verdict: undefined,
    service: undefined,
    commitLatencies: [],
    certificateDaysLeft: undefined,
    at: 'before its first part',
  }
  const live = liveLines((text, ms) => ci.progress(`${text} (${formatDuration(ms)} so far)`))
  const reach = (at: string): void => {
    progress.at = at
    ci.state(STATE.at, at)
  }
  return {
    ci,
    inputs,
    place,
    phases,
    live,
    startedAt,
    keepSecret,
    signal,
    abort,
    progress,
    part: async (title, work) => {
      signal.throwIfAborted()
      reach(`during "${title}"`)
      const result = await ci.group(title, () =>
        phases.time(
          title,
          () => live.during(title, work),
          (ms) => ci.info(`took ${formatDuration(ms)}`),
        ),
      )
      reach(`after "${title}"`)
      return result
    },
  }
}

/** The same run with what its inputs leave out filled in, once it is known. */
export const runFor = (run: Run, desired: Desired): Run => ({ ...run, inputs: { ...run.inputs, desired } })

export interface RunEnd {
  /** Absent where not even the inputs could be read. */
  readonly run: Run | undefined
  readonly startedAt: Date
  readonly place: RunPlace
  /** What the run failed with; absent where it did all it was asked. */
  readonly failure: unknown
  readonly cancelled: boolean
  /** All that the run warned of. */
  readonly warnings: readonly string[]
  /** As the input says it. */
  readonly operation: string
}

/** What a run came to, as data for the renderers. */
export const outcomeOf = ({
  run,
  startedAt,
  place,
  failure,
  cancelled,
  warnings,
  operation,
}: RunEnd): Outcome => ({
  operation: operation === 'health' || operation === 'plan' ? operation : 'deploy',
  healthy: failure === undefined && run?.progress.verdict?.healthy === true,
  changed: run?.progress.changed ?? false,
  verdict: run?.progress.verdict,
  plan: run?.progress.plan,
  planDigest: run?.progress.planDigest,
  writeGap: run?.progress.writeGap,
  snapshot: run?.progress.snapshot,
  before: run?.progress.before,
  lastSeen: run?.progress.lastSeen,
  roll: run?.progress.roll,
  phases: run?.progress.spans.length ? run.progress.spans : undefined,
  failure: failure === undefined ? undefined : sentenceOf(failure),
  next: failure instanceof Failure ? failure.facts.next : undefined,
  service: failure === undefined ? undefined : run?.progress.service,
  cancelled: cancelled && failure !== undefined,
  timings: run?.phases.done ?? [],
  commitLatencies: run?.progress.commitLatencies ?? [],
  certificateDaysLeft: run?.progress.certificateDaysLeft,
  warnings,
  startedAt: startedAt.toISOString(),
  runUrl: place.runUrl,
})
