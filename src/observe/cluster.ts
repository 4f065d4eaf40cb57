import { alarmsOf } from '../cluster/alarms.js'
import type { Desired } from '../cluster/desired.js'
import type { Answer, MemberListReply, StatusEntry } from '../cluster/answers.js'
import type { ClusterObserved, MemberStatus, SilentMember } from '../cluster/observed.js'
import { memberList, type EtcdctlAccess } from '../etcd/etcdctl.js'
import { answerOf } from '../etcd/outcome.js'
import { parseMemberList } from '../etcd/responses.js'
import { sentenceOf, withoutStop } from '../failure.js'
import { etcdctlInTurn, etcdctlOn } from '../host/etcdctl.js'
import { certificatePaths, toolPath } from '../cluster/places.js'
import { ask, askTogether, type Place } from './ask-together.js'
import { compareData, type DataMember } from './compare-data.js'
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
    etcdctl: toolPath(layout, 'etcdctl'),
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
  /** Who told the members of a cluster, and what it says of itself. */
  readonly serving: readonly Serving[]
}

export interface Serving {
  readonly seen: SeenHost
  readonly status: StatusEntry
}

export interface DataSeen {
  /** What belongs to a cluster that was observed. */
  readonly data: Pick<ClusterObserved, 'divergence' | 'dataUnknown'>
  /** Members whose certificate etcd has let ask for a hash, which takes its role root where authentication is on. */
  readonly granted: readonly string[]
}

/** What the running members say of their cluster. Every running one is asked, for one of them may be in another cluster. */
export const observeCluster = async (
  desired: Pick<Desired, 'layout'>,
  hosts: readonly SeenHost[],
): Promise<ClusterSeen> => {
  const running = hosts.filter(({ host }) => host.service.activeState === 'active')
  const replies = await Promise.all(
    running.map(async (seen) => {
      const { answer, status } = await askMember(desired, seen)
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
  if (!reply) return { cluster: undefined, silent, serving: [] }
  const elsewhere = answered
    .filter((candidate) => candidate.clusterId !== clusterId)
    .map(({ member, clusterId: other }) => ({ member, clusterId: other }))
  const told = replies.flatMap(({ seen, answer, status }) =>
    status.ok ? [{ seen, answer, status: status.value }] : [],
  )
  const statuses = told.map(({ seen, status }) => statusOf(seen.member.name, status))
  const alarms = alarmsOf(told.flatMap(({ status }) => status.errors))
  const cluster = {
    clusterId: reply.clusterId,
    members: reply.members,
    ...(elsewhere.length > 0 ? { elsewhere } : {}),
    // None at all says nothing of the members: etcd may just not tell (authentication).
    ...(statuses.length > 0 ? { statuses } : {}),
    ...(alarms.length > 0 ? { alarms } : {}),
  }
  return { cluster, silent, serving: told.filter(({ answer }) => answer.ok) }
}

/**
 * Do the members that serve hold the same data? They told their list, which is a linearizable read since 3.5 (before, etcd serves
 * nobody until it has its log applied: server/embed/serve.go). See divergenceIn.
 */
export const observeData = async (
  desired: Pick<Desired, 'layout'>,
  members: readonly Serving[],
): Promise<DataSeen> => {
  const seenOf = new Map(members.map(({ seen }) => [seen.member.name, seen]))
  const granted = new Set<string>()
  const each = <T>(of: readonly DataMember[], question: Question<T>): Promise<readonly Answer<T>[]> =>
    Promise.all(
      askTogether(
        of.map(({ name }) => placeOf(desired, seenOf.get(name)!)),
        question,
      ),
    )
  const { divergence, unknown } = await compareData(
    members.map(({ seen, status }) => ({ name: seen.member.name, status })),
    {
      statuses: (of) => each(of, STATUS),
      hashes: async (of, revision) => {
        const answers = await each(of, hashAt(revision))
        // Together or alone, the first one is asked from its own host.
        if (of[0] && answers[0]?.ok) granted.add(of[0].name)
        return answers
      },
    },
  )
  return {
    data: {
      ...(divergence === undefined ? {} : { divergence }),
      ...(unknown === undefined ? {} : { dataUnknown: unknown }),
    },
    granted: [...granted],
  }
}

const statusOf = (member: string, entry: StatusEntry): MemberStatus => ({
  member,
  version: entry.version,
  storageVersion: entry.storageVersion,
  isLeader: entry.leader !== '' && entry.leader === entry.memberId,
  ...(entry.dbSize > 0 ? { dbSize: entry.dbSize } : {}),
  ...(entry.downgradeTo === undefined ? {} : { downgradeTo: entry.downgradeTo }),
  ...(entry.leader === '' ? {} : { raft: { term: entry.raftTerm, index: entry.raftIndex } }),
})

/** What a member says of its list and of itself, in one round trip where it serves. */
const askMember = async (
  desired: Pick<Desired, 'layout'>,
  seen: SeenHost,
): Promise<{ readonly answer: Answer<MemberListReply>; readonly status: Answer<StatusEntry> }> => {
  const { access } = placeOf(desired, seen)
  const commands = [memberList(access), STATUS.command(access)] as const
  const results = await etcdctlInTurn(seen.session)(commands).catch((error: unknown) =>
    withoutStop(sentenceOf(error)),
  )
  if (typeof results === 'string') {
    const lost = { ok: false, reason: results } as const
    return { answer: lost, status: lost }
  }
  const [list, status] = results
  return {
    answer: answerOf(list!, parseMemberList),
    // A member without a quorum tells no list, but how it is.
    status: status ? STATUS.read(status, access.endpoint) : await ask(placeOf(desired, seen), STATUS),
  }
}

const placeOf = (desired: Pick<Desired, 'layout'>, { member, session }: SeenHost): Place => ({
  run: etcdctlOn(session),
  access: accessOf(desired, member.clientUrl, COMMAND_TIMEOUT_MS),
})
