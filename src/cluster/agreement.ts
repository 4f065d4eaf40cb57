import { describeAlarm } from './alarms.js'
import type { AlarmEntry, ClusterAnswers, EndpointAnswers, StatusEntry, MemberListed } from './answers.js'
import type { EndpointHealth } from './health.js'

export interface Agreement {
  /** The one id that all agree on; empty where they do not, or none answered. */
  readonly clusterId: string
  readonly leader: string
  readonly problems: readonly string[]
}

/** How sentences name an endpoint: its URL, with the member's name where the URL does not tell it. */
export const describeEndpoint = ({ endpoint, name }: { endpoint: string; name: string }): string =>
  name === '' ? endpoint : `${name} (${endpoint})`

/** Do all endpoints that answered see one leader, one cluster and one raft term, and the expected cluster at that? */
export const agreementOf = (answers: ClusterAnswers, expectedClusterId: string): Agreement => {
  const seen = answers.endpoints.flatMap((from) =>
    from.status.ok ? [{ from, status: from.status.value }] : [],
  )
  const without = seen.filter(({ status }) => status.leader === '')
  const led = seen.filter(({ status }) => status.leader !== '')
  const leaders = valuesOf(led, ({ leader }) => leader)
  const clusters = valuesOf(seen, ({ clusterId }) => clusterId)
  const terms = valuesOf(seen, ({ raftTerm }) => raftTerm)
  const clusterId =
    single(clusters) ?? (seen.length === 0 && answers.members.ok ? answers.members.value.clusterId : '')
  const leader = without.length === 0 ? (single(leaders) ?? '') : ''
  return {
    clusterId,
    leader,
    problems: [
      ...without.map(({ from }) => `${describeEndpoint(from)} sees no leader`),
      ...disagreement('do not belong to one cluster', clusters),
      // Each cluster has a leader and a term of its own.
      ...(clusters.size > 1 ? [] : disagreement('do not agree on a leader', leaders)),
      ...(clusters.size > 1 ? [] : disagreement('are not in one raft term', terms)),
      ...unlistedLeader(leader, answers),
      ...wrongCluster(clusterId, clusters.size, expectedClusterId),
    ],
  }
}

/** Alarms by the member that raised them. */
export const alarmProblems = ({ alarms }: ClusterAnswers, listed: readonly MemberListed[]): string[] =>
  alarms.ok
    ? alarms.value.map((entry) => `${raiserOf(entry, listed)} has raised ${describeAlarm(entry)}`)
    : []

export const latencyProblems = (
  endpoints: readonly EndpointHealth[],
  limitMs: number | undefined,
): string[] =>
  endpoints.flatMap((endpoint) =>
    limitMs !== undefined && endpoint.tookMs !== undefined && endpoint.tookMs > limitMs
      ? [`${describeEndpoint(endpoint)} took ${endpoint.took}, longer than the limit of ${limitMs}ms`]
      : [],
  )

type Seen = { readonly from: EndpointAnswers; readonly status: StatusEntry }

/** Each value with the endpoints that gave it. */
const valuesOf = (seen: readonly Seen[], pick: (status: StatusEntry) => string): Map<string, string[]> => {
  const values = new Map<string, string[]>()
  for (const { from, status } of seen) {
    const value = pick(status)
    values.set(value, [...(values.get(value) ?? []), describeEndpoint(from)])
  }
  return values
}

const single = (values: Map<string, string[]>): string | undefined =>
  values.size === 1 ? [...values.keys()][0] : undefined

const disagreement = (what: string, values: Map<string, string[]>): string[] => {
  if (values.size < 2) return []
  const sides = [...values].map(([value, endpoints]) => `${endpoints.join(', ')}: ${value || 'none'}`)
  return [`the endpoints ${what} (${sides.join('; ')})`]
}

const unlistedLeader = (leader: string, { members }: ClusterAnswers): string[] =>
  leader !== '' && members.ok && !members.value.members.some(({ id }) => id === leader)
    ? [`the leader ${leader} is not in the member list`]
    : []

/** Silent where nothing answered: that is said already, and says nothing about which cluster it is. */
const wrongCluster = (clusterId: string, differing: number, expected: string): string[] =>
  expected === '' || (clusterId === '' && differing === 0) || clusterId === expected
    ? []
    : [`this is cluster ${clusterId || 'unclear'}, expected was cluster ${expected}`]

const raiserOf = ({ memberId }: AlarmEntry, listed: readonly MemberListed[]): string =>
  memberId === '' ? 'the cluster' : `member ${listed.find(({ id }) => id === memberId)?.name || memberId}`
