import { inTime, atMost } from '../time/abort.js'
import { randomBytes } from 'node:crypto'
import { authenticationRefusal } from '../cluster/authentication.js'
import { sentenceOf, withoutStop } from '../failure.js'
import type { LeasedWriter } from '../observe/gateway-writer.js'
import type { WriteGap } from './engine/port.js'
import { gapNow, newGaps, newTurn, turnNow, writeAcknowledged, writeFailed } from './write-gaps.js'

/** One way into the cluster. */
export interface CanaryEndpoint {
  readonly member: string
  readonly writer: LeasedWriter
  /** Lets go of its connections. */
  close(): void
}

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
  const key = `etcd-deploy/canary/${randomBytes(8).toString('hex')}`
  const leases: string[] = []
  const reasons: string[] = []
  let gaps = newGaps(0)
  let current = 0
  let count = 0
  let stoppedAt: number | undefined
  let renewedAt = 0
  let renewing: Promise<void> | undefined

  const at = (turn: number): CanaryEndpoint => endpoints[turn % endpoints.length]!
  const clock = (): number => stoppedAt ?? performance.now()

  /** A new lease for the next write; the one before goes with its next acknowledgement. */
  const renew = (): Promise<void> => {
    if (renewing) return renewing
    const granting = at(current)
      .writer.grant(leaseSeconds)
      .then((lease) => {
        leases.push(lease)
        renewedAt = performance.now()
      })
      .finally(() => {
        if (renewing === granting) renewing = undefined
      })
    renewing = granting
    return granting
  }
  /** The next endpoint is asked for everything anew, also for a lease that this one still owes. */
  const failOver = (): void => {
    current++
    renewing = undefined
  }
  const put = async (): Promise<void> => {
    const lease = leases.at(-1) ?? ''
    await inTime(at(current).writer.put(key, String(++count), lease), tryMs)
    // The key is bound to the newest lease now, so that it survives the end of the others.
    for (const old of leases.splice(0, leases.indexOf(lease))) {
      at(current)
        .writer.revoke(old)
        .catch(() => {})
    }
  }
  const write = async (): Promise<void> => {
    for (let tried = 0; tried < endpoints.length && stoppedAt === undefined; tried++) {
      try {
        await put().catch(async (error: unknown) => {
          if (!LEASE_IS_GONE.test(sentenceOf(error))) throw error
          await inTime(renew(), tryMs)
          await put()
        })
        if (stoppedAt === undefined) gaps = writeAcknowledged(gaps, performance.now())
        return
      } catch {
        if (stoppedAt !== undefined) return
        failOver()
      }
    }
    if (stoppedAt === undefined) gaps = writeFailed(gaps)
  }

  let wake = (): void => {}
  const loop = async (): Promise<void> => {
    while (stoppedAt === undefined) {
      const began = performance.now()
      if (began - renewedAt > (leaseSeconds * 1000) / 3) renew().catch(() => {})
      await write()
      const restMs = Math.max(0, began + everyMs - performance.now())
      if (stoppedAt === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
          setTimeout(resolve, restMs).unref()
        })
      }
    }
  }
  const removeKey = async (): Promise<void> => {
    for (const lease of leases.splice(0)) {
      for (let tried = 0; tried < endpoints.length; tried++, current++) {
        const gone = await inTime(at(current).writer.revoke(lease), tryMs).then(
          () => true,
          (error: unknown) => LEASE_IS_GONE.test(sentenceOf(error)),
        )
        if (gone) break
      }
    }
  }
  const close = (): void => endpoints.forEach((endpoint) => endpoint.close())

  for (; current < endpoints.length; failOver()) {
    try {
      await inTime(renew(), tryMs)
      await inTime(put(), tryMs)
      break
    } catch (error) {
      reasons.push(`${at(current).member}: ${withoutStop(sentenceOf(error))}`)
    }
  }
  if (current === endpoints.length) {
    await atMost(removeKey(), endpoints.length * tryMs)
    close()
    const denied = reasons.find((reason) => authenticationRefusal(reason) !== undefined)
    return denied ? { kind: 'denied', reason: denied } : { kind: 'unusable', reason: reasons.join('; ') }
  }

  gaps = newGaps(performance.now())
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
        // A lease that is just being granted has to be known to be ended.
        await atMost(Promise.allSettled([looping, renewing]), tryMs)
        await atMost(removeKey(), endpoints.length * tryMs)
        close()
      },
    },
  }
}

/** etcd's word (api/v3rpc/rpctypes ErrLeaseNotFound) where the lease ended while no member could be reached. */
const LEASE_IS_GONE = /requested lease not found/
