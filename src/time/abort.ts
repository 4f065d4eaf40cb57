import { formatDuration } from './duration.js'
import { setTimeout as sleep } from 'node:timers/promises'

/** Waits `ms` milliseconds; rejects with the signal's own reason at once when it is aborted. */
export const pause = async (ms: number, signal?: AbortSignal): Promise<void> => {
  try {
    await sleep(ms, undefined, signal ? { signal } : {})
  } catch (error) {
    // Node's AbortError hides the reason, which is the sentence people need.
    signal?.throwIfAborted()
    throw error
  }
}

/**
 * What `work` comes to, or a rejection with the signal's reason as soon as it is aborted; `work` itself goes on, and what
 * becomes of it then is nobody's.
 */
export const untilAborted = <T>(work: Promise<T>, signal?: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    if (!signal) return void work.then(resolve, reject)
    const abort = (): void => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })

/** Waits for `work`, but `ms` milliseconds at most; its failure passes through, being late is none. */
export const atMost = async (work: Promise<unknown>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** What `work` comes to, or within `ms` milliseconds a rejection that says so; the waiting keeps nobody from ending. */
export const inTime = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${formatDuration(ms)}`)), ms)
    timer.unref()
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** What `work` gives within `ms` milliseconds, else undefined; waiting for it keeps nobody from ending. */
export const within = <T>(work: Promise<T>, ms: number): Promise<T | undefined> =>
  Promise.race([work, sleep(ms, undefined, { ref: false })])
