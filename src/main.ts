import { githubCi } from './ci/github.js'
import type { Ci } from './ci/port.js'
import { STATE } from './ci/state.js'
import type { Operation } from './cluster/desired.js'
import { Failure, sentenceOf } from './failure.js'
import { readInputs } from './inputs/desired.js'
import { secretLines } from './inputs/secrets.js'
import { fromActions } from './inputs/source.js'
import { cancelledFailure, watchSignals } from './operations/cancel.js'
import { deploy } from './operations/deploy.js'
import { finish } from './operations/finish.js'
import { health } from './operations/health.js'
import { plan } from './operations/plan.js'
import { newRun, outcomeOf, type Run, type RunPlace } from './operations/run.js'
import { placeOf } from './place.js'
import { type Keeper, makeKeeper } from './report/redact.js'
import { PARTIAL } from './runner/cache.js'

const OPERATIONS: Readonly<Record<Operation, (run: Run) => Promise<void>>> = { deploy, plan, health }

/** The whole action: inputs, the operation, the report. The only place that catches everything and fails the job. */
export const main = async (): Promise<void> => {
  const startedAt = new Date()
  const place = placeOf(process.env)
  const keeper = makeKeeper()
  const ci = githubCi(keeper.redact)
  ci.state(STATE.isPost, 'true')
  ci.state(STATE.partial, PARTIAL)
  const cancellation = watchSignals(process, { say: (line) => ci.info(line) })
  const { signal } = cancellation
  let run: Run | undefined
  let failure: string | undefined
  try {
    run = beginRun(ci, keeper, place, startedAt, signal)
    await Promise.race([OPERATIONS[run.inputs.desired.operation](run), cancellation.overdue])
  } catch (error) {
    failure = sentenceOf(signal.aborted ? cancelledFailure(signal, error, run?.progress) : error)
    if (!isExpected(error) && error instanceof Error) ci.info(error.stack ?? '')
  }
  const outcome = outcomeOf({ run, startedAt, place, failure, operation: fromActions('operation') })
  await finish(ci, outcome, place.tempDir, keeper.redact)
  ci.state(STATE.finished, 'true')
  // A socket that is slow to close must not keep the job waiting.
  process.exit()
}

const beginRun = (ci: Ci, keeper: Keeper, place: RunPlace, startedAt: Date, signal: AbortSignal): Run => {
  const keepSecret = (secret: string): void => {
    keeper.keep(secret)
    for (const line of maskable(secret)) ci.mask(line)
  }
  const inputs = readInputs(fromActions, process.env, startedAt)
  for (const secret of secretLines(inputs.secrets)) keepSecret(secret)
  for (const warning of inputs.warnings) ci.warning(warning)
  return newRun({ ci, inputs, place, startedAt, signal, keepSecret })
}

/** Its sentence says it all; of anything else the stack helps. */
const isExpected = (error: unknown): boolean =>
  error instanceof Failure || (error instanceof Error && error.name === 'AbortError')

/** A runner hides line by line; what every key has in common must not be hidden everywhere. */
const maskable = (secret: string): readonly string[] => {
  const lines = secret.split('\n').filter((line) => line.trim() !== '')
  return lines.length === 1 ? lines : lines.filter((line) => line.length >= 8 && !line.startsWith('-----'))
}
