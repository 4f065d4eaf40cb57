import { authenticationRefusal } from '../cluster/authentication.js'
import { atMost } from '../time/abort.js'
import type { WriteGap } from './engine/port.js'
import { type CanaryEndpoint, leasedKey } from './leased-key.js'
import { gapNow, newGaps, newTurn, turnNow, writeAcknowledged, writeFailed } from './write-gaps.js'

export interface CanaryOptions {
  /** In the order they are tried; at least one. All speak of leases in the same notation. */
  readonly endpoints: readonly CanaryEndpoint[]
  /** From the start of one write to that of the next, milliseconds; 25 where not given. No gap can be found shorter than that. */
  readonly everyMs?: number
  /** How long one endpoint may take before the next one is tried, milliseconds; 1000 where not given. */
  readonly tryMs?: number
  /** The key goes after so long without the writer; it takes a new lease in a third of that. 60 where not given. */
  readonly leaseSeconds?: number
}

export interface Canary {
  /** Figures at this moment, or as they were when it was stopped. */
  gap(): WriteGap
  /** The longest gap since this was asked the last time, milliseconds. */
  turn(): number
  /** Ends the writing, removes the key with its lease and lets go of all connections. Never rejects, takes few seconds at most. */
  stop(): Promise<void>
}

/** How a start went; with a reason it wrote nothing that lasts, and has let go of its connections. */
export type CanaryStart =
  | { readonly kind: 'running'; readonly canary: Canary }
  /** Authentication is on and does not let it write. */
  | { readonly kind: 'denied'; readonly reason: string }
  /** No endpoint took a write. */
  | { readonly kind: 'unusable'; readonly reason: string }

/**
 * Starts to write one leased key again and again, as a client does that fails over: it stays on one endpoint until a write
 * fails there or takes too long, and tries it at once through the next. Keeps no process alive; when this one dies, the key
 * goes with its lease.
 */
export const startCanary = async ({
  endpoints,
  everyMs = 25,
  tryMs = 1000,
  leaseSeconds = 60,
}: CanaryOptions): Promise<CanaryStart> => {
  let stoppedAt: number | undefined
  const key = leasedKey({ endpoints, tryMs, leaseSeconds, isOver: () => stoppedAt !== undefined })
  const reasons = await key.begin()
  if (reasons) {
    await key.remove()
    const denied = reasons.find((reason) => authenticationRefusal(reason) !== undefined)
    return denied ? { kind: 'denied', reason: denied } : { kind: 'unusable', reason: reasons.join('; ') }
  }

  let gaps = newGaps(performance.now())
  let wake = (): void => {}
  const clock = (): number => stoppedAt ?? performance.now()
  const loop = async (): Promise<void> => {
    while (stoppedAt === undefined) {
      const began = performance.now()
      key.renewWhenDue()
      const acknowledged = await key.write()
      if (stoppedAt !== undefined) return
      gaps = acknowledged ? writeAcknowledged(gaps, performance.now()) : writeFailed(gaps)
      const restMs = Math.max(0, began + everyMs - performance.now())
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, restMs).unref()
      })
    }
  }
  const looping = loop()
  return {
    kind: 'running',
    canary: {
      gap: () => gapNow(gaps, clock()),
      turn: () => {
        const ms = turnNow(gaps, clock())
        gaps = newTurn(gaps)
        return ms
      },
      stop: async () => {
        if (stoppedAt !== undefined) return
        stoppedAt = performance.now()
        wake()
        await atMost(Promise.allSettled([looping, key.settled()]), tryMs)
        await key.remove()
      },
    },
  }
}
