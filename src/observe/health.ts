import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, ClusterAnswers, EndpointAnswers, HashKvEntry, StatusEntry } from '../cluster/answers.js'
import {
  alarmList,
  endpointHashKv,
  endpointHealth,
  endpointStatus,
  memberList,
  type EtcdctlAccess,
  type RunEtcdctl,
} from '../etcd/etcdctl.js'
import { answerOf, hashKvAnswer, healthAnswer, statusAnswer } from '../etcd/outcome.js'
import { parseAlarmList, parseMemberList } from '../etcd/responses.js'
import { askTogether, call, type Question } from './ask-together.js'
import type { DataAsks, DataMember } from './compare-data.js'

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
 * that goes with its data.
 */
export const dataMembersOf = ({ endpoints, members }: ClusterAnswers): readonly DataMember[] =>
  endpoints.flatMap(({ endpoint, name, health, status }) => {
    if (!status.ok || !health.ok || !health.value.healthy) return []
    const listed = members.ok ? members.value.members : []
    const known = name || listed.find(({ id }) => id === status.value.memberId)?.name
    return [{ name: known || endpoint, status: status.value }]
  })

/** Asks them from the first place that gives an answer. */
export const dataAsks = ({ from, accessTo }: HealthProbe): DataAsks => {
  const ask = async <T>(
    members: readonly DataMember[],
    asking: Question<T>,
    [run, ...others] = from,
  ): Promise<readonly Answer<T>[]> => {
    if (!run) return members.map(() => ({ ok: false, reason: 'there is no place to ask from' }))
    const accesses = members.map(({ status }) => accessTo(status.endpoint))
    const answers = await askTogether(run, accesses, asking)
    const silent = members.filter((_, index) => !answers[index]!.ok)
    if (silent.length === 0 || others.length === 0) return answers
    const elsewhere = await ask(silent, asking, others)
    return members.map((member, index) => elsewhere[silent.indexOf(member)] ?? answers[index]!)
  }
  return {
    statuses: (members) => ask(members, STATUS),
    hashes: (members, revision) => ask(members, hashAt(revision)),
  }
}

/** The databases that are hashed as a matter of course take less than a second; a busy or slow host may need more. */
const HASH_TIMEOUT_MS = 30_000

const STATUS: Question<StatusEntry> = { command: endpointStatus, read: statusAnswer }

const hashAt = (revision: string): Question<HashKvEntry> => ({
  command: (access) => endpointHashKv({ ...access, commandTimeoutMs: HASH_TIMEOUT_MS }, revision),
  read: hashKvAnswer,
})

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
  /** Those that have served a read: they are asked together, as none of them holds up the others. */
  const served = new Set<string>()
  const healthy = Promise.any(
    healths.map(async (asked, index) => {
      const health = await asked
      if (!health.ok || !health.value.healthy) throw new Error('not healthy')
      served.add(endpoints[index]!.endpoint)
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
  const all = async (): Promise<ClusterAnswers> => {
    await within(Promise.all(healths), SLOW_MS)
    const serving = endpoints.map(({ endpoint }) => endpoint).filter((endpoint) => served.has(endpoint))
    const together = askTogether(run, serving.map(accessTo), STATUS)
    const row = async (
      { endpoint, name }: HealthProbe['endpoints'][number],
      index: number,
    ): Promise<EndpointAnswers> => {
      const at = serving.indexOf(endpoint)
      const status =
        at < 0 ? (await askTogether(run, [accessTo(endpoint)], STATUS))[0]! : (await together)[at]!
      return { endpoint, name, health: await healths[index]!, status }
    }
    const [found, ...rows] = await Promise.all([lists(), ...endpoints.map(row)])
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
