import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, ClusterAnswers, EndpointAnswers, HashKvEntry, StatusEntry } from '../cluster/answers.js'
import {
  alarmList,
  endpointHashKv,
  endpointHealth,
  endpointStatus,
  memberList,
  type EtcdctlAccess,
  type EtcdctlCommand,
  type EtcdctlResult,
  type RunEtcdctl,
} from '../etcd/etcdctl.js'
import { answerOf, hashKvAnswer, healthAnswer, statusAnswer } from '../etcd/outcome.js'
import { parseAlarmList, parseMemberList } from '../etcd/responses.js'
import { sentenceOf, withoutStop } from '../failure.js'
import type { DataMember } from './compare-data.js'

export interface HealthProbe {
  /** Client URLs in the order of the verdict; `name` of the member expected there, empty where any may be. */
  readonly endpoints: readonly { readonly endpoint: string; readonly name: string }[]
  /** Places to ask from, the best first: executors on nodes of the cluster, or the one on the runner. */
  readonly from: readonly RunEtcdctl[]
  /** How etcdctl there reaches an endpoint; its `commandTimeoutMs` bounds how long a dead one takes. */
  readonly accessTo: (endpoint: string) => EtcdctlAccess
}

/**
 * Asks every endpoint for itself and the cluster for its members and alarms, from the first place. Where no endpoint turns out
 * healthy as seen from there within a second (etcdctl does not run, the node is cut off), the other places are asked too and
 * the one that sees most decides. Never throws for what an endpoint or a place does: that is in the answers.
 */
export const probeHealth = async ({ endpoints, from, accessTo }: HealthProbe): Promise<ClusterAnswers> => {
  const [first, ...others] = from.map((run) => () => askFrom(run, endpoints, accessTo))
  if (!first) throw new Error('there is no place to ask from')
  const asked = first()
  if (others.length === 0 || (await within(asked.healthy, PATIENCE_MS)) !== undefined) return asked.answers
  const views = await Promise.all([asked, ...others.map((ask) => ask())].map(({ answers }) => answers))
  return views.reduce((best, view) => (scoreOf(view) > scoreOf(best) ? view : best))
}

/**
 * The members that serve, for the comparison of their data: only whoever has just served a linearizable read tells an applied index
 * that goes with its data. Asked from the first place that gives an answer.
 */
export const dataMembersOf = (
  { from, accessTo }: HealthProbe,
  { endpoints, members }: ClusterAnswers,
): readonly DataMember[] =>
  endpoints.flatMap(({ endpoint, name, health, status }) => {
    if (!status.ok || !health.ok || !health.value.healthy) return []
    const listed = members.ok ? members.value.members : []
    const { memberId } = status.value
    const known = name || listed.find(({ id }) => id === memberId)?.name
    return [
      {
        name: known || endpoint,
        status: status.value,
        askStatus: () => firstOf(from, (run) => askStatus(run, accessTo(endpoint))),
        askHash: (revision) => firstOf(from, (run) => askHash(run, accessTo(endpoint), revision)),
      },
    ]
  })

const firstOf = async <T>(
  [run, ...others]: readonly RunEtcdctl[],
  ask: (run: RunEtcdctl) => Promise<Answer<T>>,
): Promise<Answer<T>> => {
  if (!run) return { ok: false, reason: 'there is no place to ask from' }
  const answer = await ask(run)
  return answer.ok || others.length === 0 ? answer : firstOf(others, ask)
}

const askStatus = (run: RunEtcdctl, access: EtcdctlAccess): Promise<Answer<StatusEntry>> =>
  call(run, endpointStatus(access), (result) => statusAnswer(result, access.endpoint))

/** HashKV of one member. Never rejects. */
const askHash = (run: RunEtcdctl, access: EtcdctlAccess, revision: string): Promise<Answer<HashKvEntry>> =>
  call(run, endpointHashKv({ ...access, commandTimeoutMs: HASH_TIMEOUT_MS }, revision), (result) =>
    hashKvAnswer(result, access.endpoint),
  )

/** The databases that are hashed as a matter of course take less than a second; a busy or slow host may need more. */
const HASH_TIMEOUT_MS = 30_000

const PATIENCE_MS = 1000

/** A healthy endpoint counts most, then every answer at all. */
const scoreOf = ({ endpoints }: ClusterAnswers): number =>
  endpoints.reduce((sum, { health, status }) => {
    const healthy = health.ok && health.value.healthy ? 1000 : 0
    return sum + healthy + (health.ok ? 1 : 0) + (status.ok ? 1 : 0)
  }, 0)

/** An endpoint that has not told its health by then is asked for the rest all the same. */
const SLOW_MS = 500

interface Asked {
  /** The first endpoint that turned out healthy; undefined once it is known that none is. */
  readonly healthy: Promise<string | undefined>
  readonly answers: Promise<ClusterAnswers>
}

/** Health first and alone: its latency would otherwise hold the starts of all the other processes. Then the rest. */
const askFrom = (
  run: RunEtcdctl,
  endpoints: HealthProbe['endpoints'],
  accessTo: HealthProbe['accessTo'],
): Asked => {
  const healths = endpoints.map(({ endpoint }) =>
    call(run, endpointHealth(accessTo(endpoint)), (result) => healthAnswer(result, endpoint)),
  )
  const healthy = Promise.any(
    healths.map(async (asked, index) => {
      const health = await asked
      if (!health.ok || !health.value.healthy) throw new Error('not healthy')
      return endpoints[index]?.endpoint
    }),
  ).catch(() => undefined)

  const lists = async (): Promise<Pick<ClusterAnswers, 'members' | 'alarms'>> => {
    const best = await within(healthy, SLOW_MS)
    const found = await listsOf(run, accessTo(best ?? endpoints[0]?.endpoint ?? ''))
    const later = best === undefined ? await healthy : undefined
    return later === undefined || (found.members.ok && found.alarms.ok)
      ? found
      : listsOf(run, accessTo(later))
  }
  const row = async (index: number): Promise<EndpointAnswers> => {
    const { endpoint, name } = endpoints[index]!
    const status = await call(run, endpointStatus(accessTo(endpoint)), (result) =>
      statusAnswer(result, endpoint),
    )
    return { endpoint, name, health: await healths[index]!, status }
  }
  const all = async (): Promise<ClusterAnswers> => {
    await within(Promise.all(healths), SLOW_MS)
    const [found, ...rows] = await Promise.all([lists(), ...endpoints.map((_, index) => row(index))])
    return { endpoints: rows, ...found }
  }
  return { healthy, answers: all() }
}

const listsOf = async (
  run: RunEtcdctl,
  access: EtcdctlAccess,
): Promise<Pick<ClusterAnswers, 'members' | 'alarms'>> => {
  const [members, alarms] = await Promise.all([
    call(run, memberList(access), (result) => answerOf(result, parseMemberList)),
    call(run, alarmList(access), (result) => answerOf(result, parseAlarmList)),
  ])
  return { members, alarms }
}

/** What `work` gives within that time, else undefined. */
const within = <T>(work: Promise<T>, ms: number): Promise<T | undefined> =>
  Promise.race([work, sleep(ms, undefined, { ref: false })])

const call = async <T>(
  run: RunEtcdctl,
  { argv, timeoutMs }: EtcdctlCommand,
  read: (result: EtcdctlResult) => Answer<T>,
): Promise<Answer<T>> => {
  try {
    return read(await run(argv, timeoutMs))
  } catch (error) {
    return { ok: false, reason: withoutStop(sentenceOf(error)) }
  }
}
