import { setMaxListeners } from 'node:events'
import { Failure, type FailureFacts } from '../failure.js'
import type { Progress } from './run.js'

/**
 * From the first signal to the end of everything, milliseconds. A runner sends SIGINT, SIGTERM 7.5 s later and SIGKILL 2.5 s after
 * that (actions/runner src/Runner.Sdk/ProcessInvoker.cs); outputs and summary have to be written before.
 */
export const WIND_UP_MS = 6000

/** The same where nobody waits, as the run ends itself: a member in hand may be put back in peace. */
const WIND_UP_UNHURRIED_MS = 60_000

/** 128 + SIGINT, as shells have it. */
const EXIT_AT_ONCE = 130

/** Every command on every host listens while it runs, and no longer: far more than run at a time are a leak, which Node then warns of. */
const MOST_LISTENERS = 100

const CANCELLED = 'the run was cancelled'
const NEXT = 'run it again: it looks at the hosts first and goes on from there'

/** What can be done about signals: `process`, or a stand-in. */
export interface SignalSource {
  on(name: NodeJS.Signals, listener: (name: NodeJS.Signals) => void): unknown
  off(name: NodeJS.Signals, listener: (name: NodeJS.Signals) => void): unknown
  exit(code: number): void
}

export interface Cancellation {
  /** Aborted by the first SIGINT or SIGTERM, or by `abort`; its reason is a Failure. */
  readonly signal: AbortSignal
  /** Ends the run as a signal would, for a reason of its own. Without effect once it is aborted. */
  abort(reason: Failure): void
  /** Rejects with a Failure where everything has not ended by `windUpMs` after the first signal; otherwise stays open. */
  readonly overdue: Promise<never>
  /** Signals have their usual effect again. */
  stop(): void
}

export interface WatchOptions {
  /** A line for the log. */
  readonly say: (line: string) => void
  /** What is under way, one clause; empty where that is not known. */
  readonly doing: () => string
  readonly windUpMs?: number
}

/** Turns the first SIGINT or SIGTERM into an abort, and ends the process with status 130 at the second. */
export const watchSignals = (
  source: SignalSource,
  { say, doing, windUpMs = WIND_UP_MS }: WatchOptions,
): Cancellation => {
  const controller = new AbortController()
  setMaxListeners(MOST_LISTENERS, controller.signal)
  let signalled = false
  let timer: NodeJS.Timeout | undefined
  let isLate: (failure: Failure) => void = () => {}
  const overdue = new Promise<never>((_, reject) => (isLate = reject))
  // It may come when nobody waits any more.
  overdue.catch(() => {})

  const take = (name: NodeJS.Signals): void => {
    if (signalled) {
      say(
        `${name}: ending at once. Locks vanish with the connections, within a minute where the network is gone; a member whose ` +
          `change was not confirmed is put back by its own host. Then ${NEXT}.`,
      )
      source.exit(EXIT_AT_ONCE)
      return
    }
    signalled = true
    say(
      `${name}: cancelling. What is under way on a host has a few seconds to end, nothing new is started, locks and connections ` +
        'are released. A second signal ends this at once.',
    )
    clearTimeout(timer)
    timer = setTimeout(() => isLate(tooLate(windUpMs, doing())), windUpMs)
    controller.abort(new Failure({ what: CANCELLED, why: `by ${name}`, next: NEXT }))
  }
  const names = ['SIGINT', 'SIGTERM'] as const
  for (const name of names) source.on(name, take)
  return {
    signal: controller.signal,
    overdue,
    abort: (reason) => {
      if (controller.signal.aborted) return
      say(
        `${reason.message} What is under way has a while to end or is put back, and nothing new is started.`,
      )
      timer = setTimeout(() => isLate(tooLate(WIND_UP_UNHURRIED_MS, doing())), WIND_UP_UNHURRIED_MS)
      controller.abort(reason)
    },
    stop: () => {
      clearTimeout(timer)
      for (const name of names) source.off(name, take)
    },
  }
}

const tooLate = (windUpMs: number, doing: string): Failure =>
  new Failure({
    what: `not everything could be ended and released within ${windUpMs / 1000} s`,
    why: doing === '' ? undefined : `still under way: ${doing}`,
    state:
      'locks vanish with the connections, within a minute where the network is gone, and a member whose change was not ' +
      'confirmed is put back by its own host',
  })

/**
 * How a cancelled run ended, from the error its work ended with: where it stopped, what state the hosts are in as far as that is
 * known, and that another run goes on.
 */
export const cancelledFailure = (
  { reason }: AbortSignal,
  error: unknown,
  progress: Pick<Progress, 'changed' | 'at'> | undefined,
): Failure => {
  const ended: FailureFacts = reason instanceof Failure ? reason.facts : { what: CANCELLED }
  const why = ended.why === undefined ? '' : `${ended.why}, `
  const facts = error instanceof Failure ? error.facts : undefined
  const about = facts?.what === ended.what || (error instanceof Error && error.name === 'AbortError')
  const each = about ? [] : (facts?.each ?? [error instanceof Error ? error.message : String(error)])
  const known = about || facts?.each ? facts?.state : undefined
  return new Failure({
    what: ended.what,
    where: ended.where,
    why: `${why}${progress?.at ?? 'before it began'}`,
    state: known ?? (progress?.changed ? undefined : 'nothing was changed on any host'),
    next: (ended.what === CANCELLED ? undefined : ended.next) ?? NEXT,
    each,
    cause: error,
  })
}

/** Was it ended by a signal, and did not end itself? */
export const isCancelled = ({ aborted, reason }: AbortSignal): boolean =>
  aborted && !(reason instanceof Failure && reason.facts.what !== CANCELLED)
