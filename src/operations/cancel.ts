import { setMaxListeners } from 'node:events'
import { Failure } from '../failure.js'
import type { Progress } from './run.js'

/**
 * From the first signal to the end of everything, milliseconds. A runner sends SIGINT, SIGTERM 7.5 s later and SIGKILL 2.5 s after
 * that (actions/runner src/Runner.Sdk/ProcessInvoker.cs); outputs and summary have to be written before.
 */
export const WIND_UP_MS = 6000

/** 128 + SIGINT, as shells have it. */
const EXIT_AT_ONCE = 130

const CANCELLED = 'the run was cancelled'
const NEXT = 'run it again: it looks at the hosts first and goes on from there'

/** What can be done about signals: `process`, or a stand-in. */
export interface SignalSource {
  on(name: NodeJS.Signals, listener: (name: NodeJS.Signals) => void): unknown
  off(name: NodeJS.Signals, listener: (name: NodeJS.Signals) => void): unknown
  exit(code: number): void
}

export interface Cancellation {
  /** Aborted by the first SIGINT or SIGTERM; its reason is a Failure. */
  readonly signal: AbortSignal
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
  // Every command on every host listens to it while it runs: many are no leak.
  setMaxListeners(0, controller.signal)
  let timer: NodeJS.Timeout | undefined
  let isLate: (failure: Failure) => void = () => {}
  const overdue = new Promise<never>((_, reject) => (isLate = reject))
  // It may come when nobody waits any more.
  overdue.catch(() => {})

  const take = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      say(
        `${name}: ending at once. Locks vanish with the connections, within a minute where the network is gone; a member whose ` +
          `change was not confirmed is put back by its own host. Then ${NEXT}.`,
      )
      source.exit(EXIT_AT_ONCE)
      return
    }
    say(
      `${name}: cancelling. What is under way on a host has a few seconds to end, nothing new is started, locks and connections ` +
        'are released. A second signal ends this at once.',
    )
    timer = setTimeout(() => isLate(tooLate(windUpMs, doing())), windUpMs)
    controller.abort(new Failure({ what: CANCELLED, why: `by ${name}`, next: NEXT }))
  }
  const names = ['SIGINT', 'SIGTERM'] as const
  for (const name of names) source.on(name, take)
  return {
    signal: controller.signal,
    overdue,
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
  const why = reason instanceof Failure ? (reason.facts.why ?? '') : ''
  const facts = error instanceof Failure ? error.facts : undefined
  const about = facts?.what === CANCELLED || (error instanceof Error && error.name === 'AbortError')
  const each = about ? [] : (facts?.each ?? [error instanceof Error ? error.message : String(error)])
  const known = about || facts?.each ? facts?.state : undefined
  return new Failure({
    what: CANCELLED,
    why: `${why}, ${progress?.at ?? 'before it began'}`,
    state: known ?? (progress?.changed ? undefined : 'nothing was changed on any host'),
    next: NEXT,
    each,
    cause: error,
  })
}
