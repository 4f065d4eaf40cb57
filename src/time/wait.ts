import { pause } from './abort.js'

export interface PollOptions {
  readonly everyMs: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks again and again until `ask` gives a value other than undefined, or the time is over (then undefined).
 * Errors of `ask` pass through; an abort rejects with the signal's reason.
 */
export const poll = async <T>(
  ask: () => Promise<T | undefined>,
  { everyMs, timeoutMs, signal }: PollOptions,
): Promise<T | undefined> => {
  const end = Date.now() + timeoutMs
  for (;;) {
    signal?.throwIfAborted()
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() + everyMs > end) return undefined
    await pause(everyMs, signal)
  }
}
