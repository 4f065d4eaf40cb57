import { alarmsIn } from '../cluster/alarms.js'
import type { Desired } from '../cluster/desired.js'
import type { AlarmEntry, Answer, StatusEntry } from '../cluster/answers.js'
import type { ClusterObserved, MemberStatus, SilentMember } from '../cluster/observed.js'
import {
  endpointStatus,
  memberList,
  type EtcdctlAccess,
  type EtcdctlCommand,
  type EtcdctlResult,
} from '../etcd/etcdctl.js'
import { answerOf } from '../etcd/outcome.js'
import { parseEndpointStatus, parseMemberList } from '../etcd/responses.js'
import { sentenceOf } from '../failure.js'
import { etcdctlOn } from '../host/etcdctl.js'
import { certificatePaths } from '../host/places.js'
import { compareData, type DataCompared, type DataMember } from './compare-data.js'
import type { SeenHost } from './links.js'
import { hashAt, type Question, STATUS } from './questions.js'

/** A member that lives answers in milliseconds; one that does not must not hold up the others for long. */
const COMMAND_TIMEOUT_MS = 3000

/** How etcdctl on a host of this layout reaches `endpoint`: with the node's own certificate. */
export const accessOf = (
  { layout }: Pick<Desired, 'layout'>,
  endpoint: string,
  commandTimeoutMs?: number,
): EtcdctlAccess => {
  const { ca, certificate, key } = certificatePaths(layout)
  return {
    etcdctl: `${layout.binDir}/etcdctl`,
    endpoint,
    caFile: ca,
    certFile: certificate,
    keyFile: key,
    ...(commandTimeoutMs === undefined ? {} : { commandTimeoutMs }),
  }
}

export interface ClusterSeen {
  /** Undefined where no member runs or none answers. */
  readonly cluster: ClusterObserved | undefined
  readonly silent: readonly SilentMember[]
}

/** What the running members say of their cluster. Every running one is asked, for one of them may be in another cluster. */
export const observeCluster = async (
  desired: Pick<Desired, 'layout'>,
  hosts: readonly SeenHost[],
): Promise<ClusterSeen> => {
  const running = hosts.filter(({ host }) => host.service.activeState === 'active')
  const replies = await Promise.all(
    running.map(async (seen) => {
      const [answer, status] = await Promise.all([
        ask(desired, seen, memberList, parseMemberList),
        ask(desired, seen, endpointStatus, parseEndpointStatus),
      ])
      return { seen, member: seen.member.name, answer, status }
    }),
  )
  const silent = replies.flatMap(({ member, answer, status }) => {
    const failed = [answer, status].find(({ ok }) => !ok)
    return failed?.ok === false ? [{ member, reason: failed.reason }] : []
  })
  const answered = replies.flatMap(({ member, answer }) => (answer.ok ? [{ member, ...answer.value }] : []))
  const ids = answered.map(({ clusterId }) => clusterId)
  const votes = (id: string): number => ids.filter((other) => other === id).length
  // The first in the order of `hosts` wins a tie.
  const clusterId = ids.reduce<string | undefined>(
    (best, id) => (best === undefined || votes(id) > votes(best) ? id : best),
    undefined,
  )
  const reply = answered.find((candidate) => candidate.clusterId === clusterId)
  if (!reply) return { cluster: undefined, silent }
  const elsewhere = answered
    .filter((candidate) => candidate.clusterId !== clusterId)
    .map(({ member, clusterId: other }) => ({ member, clusterId: other }))
  const statuses = replies.flatMap(({ member, status }) =>
    status.ok ? status.value.slice(0, 1).map((entry) => statusOf(member, entry)) : [],
  )
  const { divergence, unknown } = await comparedData(
    desired,
    replies.flatMap(({ seen, answer, status }) =>
      answer.ok && status.ok ? status.value.slice(0, 1).map((entry) => ({ seen, status: entry })) : [],
    ),
  )
  const alarms = alarmsOf(replies.flatMap(({ status }) => (status.ok ? status.value : [])))
  const cluster = {
    clusterId: reply.clusterId,
    members: reply.members,
    ...(elsewhere.length > 0 ? { elsewhere } : {}),
    // None at all says nothing of the members: etcd may just not tell (authentication).
    ...(statuses.length > 0 ? { statuses } : {}),
    ...(divergence === undefined ? {} : { divergence }),
    ...(unknown === undefined ? {} : { dataUnknown: unknown }),
    ...(alarms.length > 0 ? { alarms } : {}),
  }
  return { cluster, silent }
}

/**
 * Of members that told their list, which is a linearizable read since 3.5 (before, etcd serves nobody until it has its log applied:
 * server/embed/serve.go). See divergenceIn.
 */
const comparedData = (
  desired: Pick<Desired, 'layout'>,
  members: readonly { readonly seen: SeenHost; readonly status: StatusEntry }[],
): Promise<DataCompared> => {
  const seenOf = new Map(members.map(({ seen }) => [seen.member.name, seen]))
  const each = <T>(
    of: readonly DataMember[],
    { command, read }: Question<T>,
  ): Promise<readonly Answer<T>[]> =>
    Promise.all(
      of.map(({ name }) => {
        const seen = seenOf.get(name)!
        return call(desired, seen, command, (result) => read(result, seen.member.clientUrl))
      }),
    )
  return compareData(
    members.map(({ seen, status }) => ({ name: seen.member.name, status })),
    {
      statuses: (of) => each(of, STATUS),
      hashes: (of, revision) => each(of, hashAt(revision)),
    },
  )
}

/** Every member tells the alarms of all; each of them once. */
const alarmsOf = (entries: readonly StatusEntry[]): readonly AlarmEntry[] => [
  ...new Map(
    entries
      .flatMap(({ errors }) => alarmsIn(errors))
      .map((alarm) => [`${alarm.memberId} ${alarm.alarm}`, alarm] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  ).values(),
]

const statusOf = (member: string, entry: StatusEntry): MemberStatus => ({
  member,
  version: entry.version,
  storageVersion: entry.storageVersion,
  isLeader: entry.leader !== '' && entry.leader === entry.memberId,
  ...(entry.dbSize > 0 ? { dbSize: entry.dbSize } : {}),
  ...(entry.downgradeTo === undefined ? {} : { downgradeTo: entry.downgradeTo }),
  ...(entry.leader === '' ? {} : { raft: { term: entry.raftTerm, index: entry.raftIndex } }),
})

const ask = <T>(
  desired: Pick<Desired, 'layout'>,
  seen: SeenHost,
  command: (access: EtcdctlAccess) => EtcdctlCommand,
  parse: (stdout: string) => T,
): Promise<Answer<T>> => call(desired, seen, command, (result) => answerOf(result, parse))

const call = async <T>(
  desired: Pick<Desired, 'layout'>,
  { member, session }: SeenHost,
  command: (access: EtcdctlAccess) => EtcdctlCommand,
  read: (result: EtcdctlResult) => Answer<T>,
): Promise<Answer<T>> => {
  const { argv, timeoutMs } = command(accessOf(desired, member.clientUrl, COMMAND_TIMEOUT_MS))
  try {
    return read(await etcdctlOn(session)(argv, timeoutMs))
  } catch (error) {
    return { ok: false, reason: sentenceOf(error) }
  }
}
