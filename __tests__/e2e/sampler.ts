import { setTimeout as sleep } from 'node:timers/promises'
import { type Ask, type ClientTls, memberGateway } from './member-gateway.js'

/** What a member says of itself, without asking the others. */
export interface Said {
  readonly id: string
  readonly leader: string
  readonly version: string
  readonly revision: bigint
}

/** The members at one moment, in the order of the addresses; undefined: down. */
export type Sample = readonly (Said | undefined)[]

export interface Sampler {
  stop(): Promise<readonly Sample[]>
}

const EVERY_MS = 120

/** Asks every member again and again, over a new connection each time, until it is stopped. */
export const startSampler = (addresses: readonly string[], tls: ClientTls): Sampler => {
  const gateways = addresses.map((address) =>
    memberGateway(address, tls, { keepAlive: false, timeoutMs: 2000 }),
  )
  const samples: Sample[] = []
  let on = true
  const loop = (async () => {
    while (on) {
      const next = sleep(EVERY_MS)
      samples.push(await Promise.all(gateways.map(({ ask }) => saidBy(ask).catch(() => undefined))))
      await next
    }
  })()
  return {
    stop: async () => {
      on = false
      await loop
      for (const gateway of gateways) gateway.close()
      return samples
    },
  }
}

/** Status is answered by the member alone (etcd server/etcdserver/api/v3rpc/maintenance.go Status). */
export const saidBy = async (ask: Ask): Promise<Said> => {
  const answer = (await ask('/v3/maintenance/status', {})) as {
    header: { member_id: string; revision: string }
    leader?: string
    version: string
  }
  return {
    id: answer.header.member_id,
    leader: answer.leader ?? '',
    version: answer.version,
    revision: BigInt(answer.header.revision),
  }
}
