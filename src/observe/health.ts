import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, ClusterAnswers, EndpointAnswers, HealthEntry } from '../cluster/answers.js'
import {
  alarmList,
  endpointHealth,
  endpointStatus,
  memberList,
  type EtcdctlAccess,
  type EtcdctlCommand,
  type EtcdctlResult,
  type RunEtcdctl,
} from '../etcd/etcdctl.js'
import { answerOf, healthAnswer, statusAnswer } from '../etcd/outcome.js'
import { parseAlarmList, parseMemberList } from '../etcd/responses.js'
import { sentenceOf } from '../failure.js'

export interface HealthProbe {
  /** Client URLs in the order of the verdict; `name` of the member expected there, empty where any may be. */
  readonly endpoints: readonly { readonly endpoint: string; readonly name: string }[]
  /** Places to ask from, the best first: executors on nodes of the cluster, or the one on the runner. */
  readonly from: readonly RunEtcdctl[]
  /** How etcdctl there reaches an endpoint; its `commandTimeoutMs` bounds how long a dead one takes. */
  readonly accessTo: (endpoint: string) => EtcdctlAccess
}

/**
 * Asks every endpoint for itself and the cluster for its members and alarms, from the first place. Where no
 * endpoint is healthy as seen from there (etcdctl does not run, the node is cut off), the other places are asked too and the
 * one that sees most decides. Never throws for what an endpoint or a place does: that is in the answers.
 */
export const probeHealth = async ({ endpoints, from, accessTo }: HealthProbe): Promise<ClusterAnswers> => {
  const ask = (run: RunEtcdctl): Promise<ClusterAnswers> => askFrom(run, endpoints, accessTo)
  const [first, ...others] = from
  if (!first) throw new Error('there is no place to ask from')
  const seen = await ask(first)
  if (scoreOf(seen) >= HEALTHY || others.length === 0) return seen
  const views = [seen, ...(await Promise.all(others.map(ask)))]
  return views.reduce((best, view) => (scoreOf(view) > scoreOf(best) ? view : best))
}

const HEALTHY = 1000

/** A healthy endpoint counts most, then every answer at all. */
const scoreOf = ({ endpoints }: ClusterAnswers): number =>
  endpoints.reduce((sum, { health, status }) => {
    const healthy = health.ok && health.value.healthy ? HEALTHY : 0
    return sum + healthy + (health.ok ? 1 : 0) + (status.ok ? 1 : 0)
  }, 0)

/** An endpoint that has not told its health by then is asked for its status all the same. */
const SLOW_MS = 500

/**
 * Health first and alone: its latency would otherwise hold the starts of all the other processes. Then the rest, the lists
 * from the first endpoint that turned out healthy.
 */
const askFrom = async (
  run: RunEtcdctl,
  endpoints: HealthProbe['endpoints'],
  accessTo: HealthProbe['accessTo'],
): Promise<ClusterAnswers> => {
  const healths = endpoints.map(({ endpoint }) =>
    call(run, endpointHealth(accessTo(endpoint)), (result) => healthAnswer(result, endpoint)),
  )
  await Promise.race([Promise.all(healths), sleep(SLOW_MS, undefined, { ref: false })])
  const statuses = endpoints.map(({ endpoint }) =>
    call(run, endpointStatus(accessTo(endpoint)), (result) => statusAnswer(result, endpoint)),
  )
  const access = accessTo(await firstHealthy(endpoints, healths))
  const [members, alarms] = await Promise.all([
    call(run, memberList(access), (result) => answerOf(result, parseMemberList)),
    call(run, alarmList(access), (result) => answerOf(result, parseAlarmList)),
  ])
  const answers = await Promise.all(
    endpoints.map(async ({ endpoint, name }, index): Promise<EndpointAnswers> => {
      const [health, status] = await Promise.all([healths[index]!, statuses[index]!])
      return { endpoint, name, health, status }
    }),
  )
  return { endpoints: answers, members, alarms }
}

/** The first endpoint to turn out healthy; where none does, the first of all. */
const firstHealthy = async (
  endpoints: HealthProbe['endpoints'],
  healths: readonly Promise<Answer<HealthEntry>>[],
): Promise<string> => {
  const healthy = healths.map(async (asked, index) => {
    const health = await asked
    if (!health.ok || !health.value.healthy) throw new Error('not healthy')
    return endpoints[index]!.endpoint
  })
  return Promise.any(healthy).catch(() => endpoints[0]?.endpoint ?? '')
}

const call = async <T>(
  run: RunEtcdctl,
  { argv, timeoutMs }: EtcdctlCommand,
  read: (result: EtcdctlResult) => Answer<T>,
): Promise<Answer<T>> => {
  try {
    return read(await run(argv, timeoutMs))
  } catch (error) {
    return { ok: false, reason: sentenceOf(error).replace(/\.$/, '') }
  }
}
