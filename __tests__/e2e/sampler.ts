import { setTimeout as sleep } from 'node:timers/promises'
import { type Ask, type ClientTls, memberGateway } from './member-gateway.js'

/** What a member says of itself, without asking the others. */
export interface Said {
  readonly id: string
  readonly cluster: string
  readonly leader: string
  readonly version: string
  readonly revision: bigint
}

/** One answer of one member, or that there was none. */
export interface Sample {
  /** When it came, milliseconds of a clock that never goes back. */
  readonly at: number
  /** undefined: the member did not answer. */
  readonly said: Said | undefined
}

export interface Sampler {
  /** Samples by member, in the order of the addresses. */
  stop(): Promise<readonly (readonly Sample[])[]>
}

const EVERY_MS = 100
const MAX_ANSWER_MS = 2000

/** Asks every member again and again, each by itself and over a new connection each time, until it is stopped. */
export const startSampler = (
  addresses: readonly string[],
  tls: ClientTls,
  answerMs = MAX_ANSWER_MS,
): Sampler => {
  const samples: Sample[][] = addresses.map(() => [])
  let on = true
  const loops = addresses.map(async (address, index) => {
    const gateway = memberGateway(address, tls, { keepAlive: false, timeoutMs: answerMs })
    while (on) {
      const next = sleep(EVERY_MS)
      const said = await saidBy(gateway.ask).catch(() => undefined)
      samples[index]!.push({ at: performance.now(), said })
      await next
    }
    gateway.close()
  })
  return {
    stop: async () => {
      on = false
      await Promise.all(loops)
      return samples
    },
  }
}

/** Status is answered by the member alone (etcd server/etcdserver/api/v3rpc/maintenance.go Status). */
export const saidBy = async (ask: Ask): Promise<Said> => {
  const answer = (await ask('/v3/maintenance/status', {})) as {
    header: { cluster_id: string; member_id: string; revision: string }
    leader?: string
    version: string
  }
  return {
    id: answer.header.member_id,
    cluster: answer.header.cluster_id,
    leader: answer.leader ?? '',
    version: answer.version,
    revision: BigInt(answer.header.revision),
  }
}
