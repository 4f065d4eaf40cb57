import type {
  AlarmEntry,
  Answer,
  ClusterAnswers,
  EndpointAnswers,
  HealthEntry,
  MemberListReply,
} from '../cluster/answers.js'
import { alarmsOf } from '../cluster/alarms.js'
import { memberList, type EtcdctlAccess, type RunEtcdctl } from '../etcd/etcdctl.js'
import { answerOf } from '../etcd/outcome.js'
import { parseMemberList } from '../etcd/responses.js'
import { within } from '../time/abort.js'
import { ask, askTogether, call, type Place } from './ask-together.js'
import type { DataAsks, DataMember } from './compare-data.js'
import { hashAt, HEALTH, type Question, STATUS } from './questions.js'

export interface HealthProbe {
  /** Client URLs in the order of the verdict; `name` of the member expected there, empty where any may be. */
  readonly endpoints: readonly { readonly endpoint: string; readonly name: string }[]
  /** Places to ask from, the best first: executors on nodes of the cluster, or the one on the runner. */
  readonly from: readonly RunEtcdctl[]
  /** How etcdctl there reaches an endpoint; its `commandTimeoutMs` bounds how long a dead one takes. */
  readonly accessTo: (endpoint: string) => EtcdctlAccess
}

/**
 * Asks every endpoint for itself, alarms included, and the cluster for its members, from the first place. Where no endpoint turns out
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
    if (!status.ok || !isHealthy(health)) return []
    const listed = members.ok ? members.value.members : []
    const known = name || listed.find(({ id }) => id === status.value.memberId)?.name
    return [{ name: known || endpoint, status: status.value }]
  })

/** Asks them from the first place that gives an answer. */
export const dataAsks = ({ from, accessTo }: HealthProbe): DataAsks => {
  const askAll = async <T>(
    members: readonly DataMember[],
    asking: Question<T>,
    [run, ...others] = from,
  ): Promise<readonly Answer<T>[]> => {
    if (!run) return members.map(() => ({ ok: false, reason: 'there is no place to ask from' }))
    const places = members.map(({ status }) => ({ run, access: accessTo(status.endpoint) }))
    const answers = await Promise.all(askTogether(places, asking))
    const silent = members.filter((_, index) => !answers[index]!.ok)
    if (silent.length === 0 || others.length === 0) return answers
    const elsewhere = await askAll(silent, asking, others)
    return members.map((member, index) => elsewhere[silent.indexOf(member)] ?? answers[index]!)
  }
  return {
    statuses: (members) => askAll(members, STATUS),
    hashes: (members, revision) => askAll(members, hashAt(revision)),
  }
}

const PATIENCE_MS = 1000

const isHealthy = (health: Answer<HealthEntry> | undefined): boolean =>
  health?.ok === true && health.value.healthy

/** A healthy endpoint counts most, then every answer at all. */
const scoreOf = ({ endpoints }: ClusterAnswers): number =>
  endpoints.reduce((sum, { health, status }) => {
    const healthy = isHealthy(health) ? 1000 : 0
    return sum + healthy + (health.ok ? 1 : 0) + (status.ok ? 1 : 0)
  }, 0)

/** An endpoint that has not told its health by then is asked for the rest all the same; those that are asked alone have told theirs. */
const SLOW_MS = 800

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
  const places = endpoints.map(({ endpoint }): Place => ({ run, access: accessTo(endpoint) }))
  const healths = askTogether(places, HEALTH)
  const healthy = Promise.any(
    healths.map(async (asked, index) => {
      if (!isHealthy(await asked)) throw new Error('not healthy')
      return endpoints[index]?.endpoint
    }),
  ).catch(() => undefined)

  const listed = (endpoint: string): Promise<Answer<MemberListReply>> =>
    call(run, memberList(accessTo(endpoint)), (result) => answerOf(result, parseMemberList))
  const members = async (): Promise<Answer<MemberListReply>> => {
    const best = await within(healthy, SLOW_MS)
    const found = await listed(best ?? endpoints[0]?.endpoint ?? '')
    const later = best === undefined && !found.ok ? await healthy : undefined
    return later === undefined ? found : listed(later)
  }
  const all = async (): Promise<ClusterAnswers> => {
    const told = await Promise.all(healths.map((health) => within(health, SLOW_MS)))
    // Who has served a read does not hold up the others.
    const serving = places.filter((_, index) => isHealthy(told[index]))
    const together = askTogether(serving, STATUS)
    const row = async (
      { endpoint, name }: HealthProbe['endpoints'][number],
      index: number,
    ): Promise<EndpointAnswers> => {
      const place = places[index]!
      const status = await (together[serving.indexOf(place)] ?? ask(place, STATUS))
      return { endpoint, name, health: await healths[index]!, status }
    }
    const [found, ...rows] = await Promise.all([members(), ...endpoints.map(row)])
    return { endpoints: rows, members: found, alarms: alarmsTold(rows) }
  }
  return { healthy, answers: all() }
}

/** Every status tells the alarms of all members; to list them takes a proposal to all of them. */
const alarmsTold = (rows: readonly EndpointAnswers[]): Answer<readonly AlarmEntry[]> => {
  const told = rows.flatMap(({ status }) => (status.ok ? [status.value] : []))
  if (told.length > 0) return { ok: true, value: alarmsOf(told.flatMap(({ errors }) => errors)) }
  const [reason = 'there is no endpoint to ask'] = rows.flatMap(({ status }) =>
    status.ok ? [] : [status.reason],
  )
  return { ok: false, reason }
}
