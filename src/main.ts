import { readFileSync } from 'node:fs'
import { detect } from './ci/detect.js'
import { flushed } from './ci/flushed.js'
import { openCi } from './ci/open.js'
import { STATE } from './ci/state.js'
import type { Operation } from './cluster/desired.js'
import { Failure } from './failure.js'
import { readInputs } from './inputs/desired.js'
import type { CommandLine } from './inputs/flags.js'
import { secretTexts } from './inputs/secrets.js'
import { openSource } from './inputs/source.js'
import { cancelledFailure, isCancelled, watchSignals } from './run/cancel.js'
import { deploy } from './operations/deploy.js'
import { finish } from './run/finish.js'
import { health } from './operations/health.js'
import { removeStale } from './operations/leftovers.js'
import { plan } from './operations/plan.js'
import { newRun, outcomeOf, type Run } from './run/run.js'
import { sparing } from './run/sparing.js'
import { placeOf } from './place.js'
import { makeKeeper, maskable, redactAll } from './report/redact.js'
import { PARTIAL } from './runner/cache.js'

const OPERATIONS: Readonly<Record<Operation, (run: Run) => Promise<void>>> = { deploy, plan, health }

/** Exit status where an input is not right; GitHub, whose action ends with 0 or 1, is not told apart. */
const BAD_INPUT = 2

/** How long whoever reads the log may take for what is left of it; after a cancel a runner soon loses patience. Milliseconds. */
const FLUSH_MS = 10_000
const FLUSH_CANCELLED_MS = 1000

/** The whole action: inputs, the operation, the report. The only place that catches everything and fails the job. */
export const main = async (commandLine: CommandLine): Promise<void> => {
  const startedAt = new Date()
  const { env, stdout } = process
  const system = detect(env)
  const place = placeOf(system, env)
  const keeper = makeKeeper()
  const told = sparing(openCi(system, { redact: keeper.redact, env, stdout, folder: place.resultsDir }))
  const { ci } = told
  ci.state(STATE.isPost, 'true')
  ci.state(STATE.partial, PARTIAL)
  const keepSecret = (secret: string): void => {
    keeper.keep(secret)
    for (const part of maskable(secret)) ci.mask(part)
  }
  const readFile = (path: string): string => readFileSync(path, 'utf8')
  const source = openSource({ env, commandLine, plugin: system === 'woodpecker', readFile })
  for (const secret of secretTexts(source.read)) keepSecret(secret)

  let run: Run | undefined
  const cancellation = watchSignals(process, {
    say: (line) => ci.info(line),
    doing: () => (run ? run.live.doing() || `the work ${run.progress.at}` : ''),
  })
  const { signal, abort } = cancellation
  let failure: unknown
  try {
    if (system !== 'github') {
      await removeStale(place, startedAt)
      for (const name of source.strays)
        ci.warning(`${name} is the variable of no input, so it has no effect.`)
    }
    const inputs = readInputs(source.read, env, startedAt, source.problems)
    for (const warning of inputs.warnings) ci.warning(warning)
    run = newRun({ ci, inputs, place, startedAt, signal, abort, keepSecret })
    await Promise.race([OPERATIONS[inputs.desired.operation](run), cancellation.overdue])
  } catch (error) {
    failure = signal.aborted ? cancelledFailure(signal, error, run?.progress) : error
    if (!isExpected(error) && error instanceof Error) ci.info(error.stack ?? '')
  }
  const outcome = outcomeOf({
    ...{ run, startedAt, place, failure },
    cancelled: isCancelled(signal),
    warnings: told.warnings,
    operation: source.read('operation'),
  })
  await finish(ci, redactAll(outcome, keeper), place.resultsDir)
  told.end()
  if (run === undefined && system !== 'github') process.exitCode = BAD_INPUT
  ci.state(STATE.finished, 'true')
  await flushed([stdout, process.stderr], isCancelled(signal) ? FLUSH_CANCELLED_MS : FLUSH_MS)
  // A socket that is slow to close must not keep the job waiting.
  process.exit()
}

/** Its sentence says it all; of anything else the stack helps. */
const isExpected = (error: unknown): boolean =>
  error instanceof Failure || (error instanceof Error && error.name === 'AbortError')
