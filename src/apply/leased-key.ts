import { randomBytes } from 'node:crypto'
import { sentenceOf, withoutStop } from '../failure.js'
import type { LeasedWriter } from '../observe/gateway-writer.js'
import { atMost, inTime } from '../time/abort.js'

/** One way into the cluster. */
export interface CanaryEndpoint {
  readonly member: string
  readonly writer: LeasedWriter
  /** Lets go of its connections. */
  close(): void
}

export interface LeasedKeyOptions {
  /** In the order they are tried; at least one. All speak of leases in the same notation. */
  readonly endpoints: readonly CanaryEndpoint[]
  /** How long one endpoint may take before the next one is tried, milliseconds. */
  readonly tryMs: number
  /** The key goes after so long without the writer; it takes a new lease in a third of that. */
  readonly leaseSeconds: number
  /** Nothing more is tried from then on. */
  readonly isOver: () => boolean
}

/** A key of the canary's own that goes with its lease, written through one endpoint until that fails, and then through the next. */
export interface LeasedKey {
  /** The first lease and the first write; why each endpoint took none, where none did. */
  begin(): Promise<readonly string[] | undefined>
  /** Takes a new lease in good time. Never waits, never fails. */
  renewWhenDue(): void
  /** Was it acknowledged by any endpoint? */
  write(): Promise<boolean>
  /** A lease that is just being granted has to be known to be ended. */
  settled(): Promise<unknown>
  /** Takes key and leases away and lets go of all connections. Never rejects, takes few seconds at most. */
  remove(): Promise<void>
}

export const leasedKey = ({ endpoints, tryMs, leaseSeconds, isOver }: LeasedKeyOptions): LeasedKey => {
  const key = `etcd-deploy/canary/${randomBytes(8).toString('hex')}`
  const leases: string[] = []
  let current = 0
  let count = 0
  let renewedAt = 0
  let renewing: Promise<void> | undefined

  const at = (turn: number): CanaryEndpoint => endpoints[turn % endpoints.length]!

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

  return {
    begin: async () => {
      const reasons: string[] = []
      for (; current < endpoints.length; failOver()) {
        try {
          await inTime(renew(), tryMs)
          await inTime(put(), tryMs)
          return undefined
        } catch (error) {
          reasons.push(`${at(current).member}: ${withoutStop(sentenceOf(error))}`)
        }
      }
      return reasons
    },
    renewWhenDue: () => {
      if (performance.now() - renewedAt > (leaseSeconds * 1000) / 3) renew().catch(() => {})
    },
    write: async () => {
      for (let tried = 0; tried < endpoints.length && !isOver(); tried++) {
        try {
          await put().catch(async (error: unknown) => {
            if (!LEASE_IS_GONE.test(sentenceOf(error))) throw error
            await inTime(renew(), tryMs)
            await put()
          })
          return true
        } catch {
          if (isOver()) return false
          failOver()
        }
      }
      return false
    },
    settled: () => Promise.allSettled([renewing]),
    remove: async () => {
      await atMost(removeKey(), endpoints.length * tryMs)
      for (const endpoint of endpoints) endpoint.close()
    },
  }
}

/** etcd's word (api/v3rpc/rpctypes ErrLeaseNotFound) where the lease ended while no member could be reached. */
const LEASE_IS_GONE = /requested lease not found/
