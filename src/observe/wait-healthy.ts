import type { HealthVerdict } from '../cluster/health.js'
import { pause, untilAborted } from '../time/abort.js'

export interface WaitHealthy {
  /** Asks and judges once. */
  readonly look: () => Promise<HealthVerdict>
  /** How long it may take to become healthy, milliseconds; the last look may go beyond it. */
  readonly timeoutMs: number
  /** Pause between two looks, milliseconds. */
  readonly everyMs: number
  /** Told what is waited for, at the first unhealthy look and whenever that changes. */
  readonly onWaiting: (text: string) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks until the verdict is healthy or the time is over, at least once; gives the last verdict, healthy or not. An abort
 * rejects with the signal's reason.
 */
export const waitHealthy = async ({
  look,
  timeoutMs,
  everyMs,
  onWaiting,
  signal,
}: WaitHealthy): Promise<HealthVerdict> => {
  const end = performance.now() + timeoutMs
  let said = ''
  for (;;) {
    signal?.throwIfAborted()
    const verdict = await untilAborted(look(), signal)
    if (verdict.healthy || performance.now() + everyMs > end) return verdict
    const text = verdict.problems.join('; ')
    if (text !== said) onWaiting(text)
    said = text
    await pause(everyMs, signal)
  }
}
