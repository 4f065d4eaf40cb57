import { setTimeout as sleep } from 'node:timers/promises'

export interface PollOptions {
  readonly everyMs: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks again and again until `ask` gives a value other than undefined, or the time is over (then undefined).
 * Errors of `ask` and an abort pass through.
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
    await sleep(everyMs, undefined, signal ? { signal } : {})
  }
}
