import { setTimeout as sleep } from 'node:timers/promises'
import { type Ask, base64, type ClientTls, fromBase64, memberGateway } from './member-gateway.js'

export interface Acknowledged {
  readonly key: string
  readonly value: string
  readonly revision: bigint
}

/** What one writer did, from its start to its stop. */
export interface Written {
  readonly acknowledged: readonly Acknowledged[]
  /** Why each write failed that no endpoint of the writer acknowledged. */
  readonly failed: readonly string[]
  /** Between two acknowledgements, milliseconds; and what failed in between, empty where nothing did. */
  readonly longestGap: { readonly ms: number; readonly why: string }
}

export interface Writer {
  stop(): Promise<Written>
}

export interface WriterOptions {
  /** Under which it writes, each value under a key of its own. */
  readonly prefix: string
  /** In the order they are tried: it stays with one until a write fails there. */
  readonly addresses: readonly string[]
  readonly tls: ClientTls
  readonly everyMs: number
  /** How long a write is tried anew once every address was tried for it: a client's own timeout. 0, that is not at all, unless told. */
  readonly patienceMs?: number | undefined
  /** How long it waits for one answer; the gateway's own limit unless told. */
  readonly answerMs?: number | undefined
}

/** Writes again and again until it is stopped. A write has failed when every address was tried for it, and its time is over. */
export const startWriter = ({
  prefix,
  addresses,
  tls,
  everyMs,
  patienceMs = 0,
  answerMs,
}: WriterOptions): Writer => {
  const gateways = addresses.map((address) => memberGateway(address, tls, { timeoutMs: answerMs }))
  const acknowledged: Acknowledged[] = []
  const failed: string[] = []
  let on = true
  let current = 0
  let longestGap = { ms: 0, why: '' }
  let lastAt = performance.now()

  const write = async (count: number): Promise<void> => {
    const key = `${prefix}${count}`
    const value = `${prefix}value of ${count}`
    const reasons: string[] = []
    const until = performance.now() + patienceMs
    for (let tried = 0; tried < gateways.length || performance.now() < until; tried++) {
      if (tried >= gateways.length) await sleep(everyMs)
      try {
        const revision = await put(gateways[current % gateways.length]!.ask, key, value)
        acknowledged.push({ key, value, revision })
        const now = performance.now()
        if (now - lastAt > longestGap.ms) longestGap = { ms: now - lastAt, why: reasons.join('; ') }
        lastAt = now
        return
      } catch (error) {
        reasons.push(`${addresses[current % gateways.length]}: ${String(error)}`)
        current++
      }
    }
    failed.push(`${key}: ${reasons.join('; ')}`)
  }
  const loop = (async () => {
    for (let count = 1; on; count++) {
      const next = sleep(everyMs)
      await write(count)
      await next
    }
  })()
  return {
    stop: async () => {
      on = false
      await loop
      for (const gateway of gateways) gateway.close()
      return { acknowledged, failed, longestGap }
    },
  }
}

const put = async (ask: Ask, key: string, value: string): Promise<bigint> => {
  const { header } = (await ask('/v3/kv/put', { key: base64(key), value: base64(value) })) as {
    header: { revision: string }
  }
  return BigInt(header.revision)
}

interface Range {
  readonly kvs?: readonly { readonly key: string; readonly value: string; readonly mod_revision: string }[]
}

/**
 * What is under `prefix` in the member at `address`, by key, as that member alone has it: the read is serializable. Several writes of
 * one key leave the last.
 */
export const readBack = async (
  address: string,
  tls: ClientTls,
  prefix: string,
): Promise<ReadonlyMap<string, Acknowledged>> => {
  const { ask, close } = memberGateway(address, tls, { timeoutMs: 20_000 })
  const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
  // Linearizable first: from then on the member has all that was acknowledged before.
  await ask('/v3/kv/range', { key: base64(prefix) })
  const { kvs = [] } = (await ask('/v3/kv/range', {
    ...{ key: base64(prefix), range_end: base64(end), serializable: true },
  })) as Range
  close()
  return new Map(
    kvs.map((kv) => {
      const [key, value] = [fromBase64(kv.key), fromBase64(kv.value)]
      return [key, { key, value, revision: BigInt(kv.mod_revision) }]
    }),
  )
}
