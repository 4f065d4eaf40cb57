import type {
  AlarmEntry,
  Answer,
  ClusterAnswers,
  EndpointAnswers,
  Expectations,
  HealthEntry,
  MemberListReply,
} from './answers.js'
import { agreementOf, alarmProblems, describeEndpoint, latencyProblems } from './agreement.js'
import { describeDivergence, DIVERGED, type Divergence } from './divergence.js'
import type { EndpointHealth, HealthVerdict } from './health.js'
import { membershipNotes, membershipProblems } from './membership.js'
import { lowestVersion } from './version.js'

/**
 * The verdict over a cluster, from raw answers. Healthy only when every endpoint is healthy, all agree on one leader,
 * one cluster id and one raft term, the members are the expected ones (each started, none a learner), there is no alarm
 * and every limit holds. Alarms are judged here for all versions alike: `endpoint health` looks at them since 3.5.0 only
 * (etcdctl/ctlv3/command/ep_command.go).
 */
export const judge = (answers: ClusterAnswers, expected: Expectations): HealthVerdict => {
  const listed = answers.members.ok ? answers.members.value.members : []
  const alarms = answers.alarms.ok ? answers.alarms.value : []
  const endpoints = answers.endpoints.map((endpoint) => endpointHealth(endpoint, listed, alarms))
  const agreement = agreementOf(answers, expected.clusterId)
  const problems = [
    ...answers.endpoints.flatMap((endpoint) => answerProblems(endpoint, alarms)),
    ...agreement.problems,
    ...membershipProblems(answers, expected.members),
    ...alarmProblems(answers, listed),
    ...unreadProblems(answers),
    ...latencyProblems(endpoints, expected.maxLatencyMs),
  ]
  const notes = expected.members ? [] : membershipNotes(answers)
  return {
    healthy: problems.length === 0 && endpoints.length > 0 && endpoints.every(({ healthy }) => healthy),
    endpoints,
    problems: endpoints.length > 0 ? problems : ['there is no endpoint to check'],
    ...(notes.length > 0 ? { notes } : {}),
    clusterId: agreement.clusterId,
    leader: agreement.leader,
    version: lowestVersion(endpoints.map(({ version }) => version).filter((version) => version !== '')),
    members: listed,
    ...(alarms.length > 0 ? { alarms } : {}),
  }
}

/** The verdict with what comparing the members' data came to: where they differ, nothing else matters as much. */
export const withData = (
  verdict: HealthVerdict,
  { divergence, unknown }: { readonly divergence?: Divergence; readonly unknown?: string },
): HealthVerdict => {
  if (divergence !== undefined) {
    const problem = `${DIVERGED}: ${describeDivergence(divergence)}`
    return { ...verdict, healthy: false, problems: [problem, ...verdict.problems], divergence }
  }
  if (unknown === undefined) return verdict
  const note = `it is not known whether all members hold the same data (${unknown})`
  return { ...verdict, notes: [...(verdict.notes ?? []), note] }
}

/** The document's own lines, one an endpoint (docs/setup/02-install_etcd.md of kubeasz). */
export const healthLines = (verdict: HealthVerdict): string[] =>
  verdict.endpoints.map(({ endpoint, healthy, took, error }) =>
    healthy
      ? `${endpoint} is healthy: successfully committed proposal: took = ${took}`
      : `${endpoint} is unhealthy: failed to commit proposal: ${error}`,
  )

const endpointHealth = (
  { endpoint, name, health, status }: EndpointAnswers,
  listed: MemberListReply['members'],
  alarms: readonly AlarmEntry[],
): EndpointHealth => {
  const entry = health.ok ? health.value : undefined
  const facts = status.ok ? status.value : undefined
  const memberId = facts?.memberId ?? ''
  const error = errorOf(health, alarms)
  return {
    endpoint,
    name: name || (listed.find(({ id }) => id === memberId)?.name ?? ''),
    memberId,
    healthy: error === '',
    took: entry?.took ?? '',
    tookMs: entry?.tookMs,
    isLeader: memberId !== '' && facts?.leader === memberId,
    isLearner: facts?.isLearner ?? false,
    version: facts?.version ?? '',
    dbSize: facts?.dbSize ?? 0,
    dbSizeQuota: facts?.dbSizeQuota,
    raftTerm: facts?.raftTerm ?? '',
    raftIndex: facts?.raftIndex ?? '',
    alarms: alarms
      .filter((alarm) => memberId !== '' && alarm.memberId === memberId)
      .map(({ alarm }) => alarm),
    error,
  }
}

/** Empty where healthy. An alarm anywhere makes every endpoint unhealthy, as etcdctl has done since 3.5.0. */
const errorOf = (health: Answer<HealthEntry>, alarms: readonly AlarmEntry[]): string => {
  if (!health.ok) return health.reason || 'it did not answer'
  if (!health.value.healthy) return health.value.error || 'etcdctl gave no reason'
  if (alarms.length === 0) return ''
  return `Active Alarm(s): ${[...new Set(alarms.map(({ alarm }) => alarm))].join(' ')}`
}

/** One sentence an endpoint: a status that could not be read is no news where the endpoint is unhealthy anyway. */
const answerProblems = (answers: EndpointAnswers, alarms: readonly AlarmEntry[]): string[] => {
  const { health, status } = answers
  const own = errorOf(health, [])
  const isAlarm = /^Active Alarm/.test(own) && alarms.length > 0
  const cause = health.ok && health.value.cause !== '' ? ` (${health.value.cause})` : ''
  if (own !== '') return isAlarm ? [] : [`${describeEndpoint(answers)} is unhealthy: ${own}${cause}`]
  return status.ok ? [] : [`${describeEndpoint(answers)} does not tell its status: ${status.reason}`]
}

/** Lists that could not be read, unless that only repeats that no endpoint works. */
const unreadProblems = ({ endpoints, members, alarms }: ClusterAnswers): string[] => {
  if (!endpoints.some(({ health }) => health.ok && health.value.healthy)) return []
  return [
    ...(members.ok ? [] : [`the member list could not be read: ${members.reason}`]),
    ...(alarms.ok ? [] : [`the alarms could not be read: ${alarms.reason}`]),
  ]
}
