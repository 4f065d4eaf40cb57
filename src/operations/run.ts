import type { Ci } from '../ci/port.js'
import type { HealthVerdict } from '../cluster/health.js'
import type { Inputs } from '../inputs/desired.js'
import type { Plan } from '../plan/plan.js'
import type { CommitLatency } from '../report/outcome.js'
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
  plan: Plan | undefined
  verdict: HealthVerdict | undefined
  commitLatencies: readonly CommitLatency[]
  certificateDaysLeft: number | undefined
}

/** One run of the action, as all operations see it. */
export interface Run {
  readonly ci: Ci
  readonly inputs: Inputs
  readonly place: RunPlace
  readonly phases: Phases
  readonly progress: Progress
  readonly startedAt: Date
  /** Runs one part of the work as a group of the log, and times it. */
  part<T>(title: string, work: () => Promise<T>): Promise<T>
}

/** A run that has not done anything yet. */
export const newRun = (ci: Ci, inputs: Inputs, place: RunPlace, startedAt: Date): Run => {
  const phases = new Phases()
  return {
    ci,
    inputs,
    place,
    phases,
    startedAt,
    progress: {
      changed: false,
      plan: undefined,
      verdict: undefined,
      commitLatencies: [],
      certificateDaysLeft: undefined,
    },
    part: (title, work) => ci.group(title, () => phases.time(title, work)),
  }
}
