import { isIP } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, MemberListReply, StatusEntry } from '../../cluster/answers.js'
import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import { endpointHealth, endpointStatus, memberList, type EtcdctlCommand } from '../../etcd/etcdctl.js'
import { answerOf, healthAnswer, statusAnswer } from '../../etcd/outcome.js'
import { parseMemberList } from '../../etcd/responses.js'
import { clauseOf } from '../../failure.js'
import { etcdctlOn } from '../../host/etcdctl.js'
import { memberState, type MemberState } from '../../host/member-state.js'
import { accessOf } from '../../observe/cluster.js'
import type { GatewayReader } from '../../observe/gateway-reader.js'
import { isReady } from '../../observe/loopback.js'
import { type MetricsTold, toldByMetrics } from '../../observe/peer-links.js'
import { OpenFailure, type HostSession } from '../../ssh/port.js'

/** Hosts and what is on them. */
export interface LookAt {
  readonly desired: Pick<Desired, 'layout' | 'members'>
  /** The session to the host of a member; undefined where there is none. */
  readonly sessionOf: (name: string) => HostSession | undefined
  /** A quicker way to ask a member than etcdctl on its host; undefined where there is none. */
  readonly gatewayOf?: (name: string) => GatewayReader | undefined
}

/** A timer that does not keep the process alive. */
const UNHELD = { ref: false } as const

/** etcdctl's own limit, the host's limit for its process, and how long a look waits for anything at all; milliseconds. */
const COMMAND_MS = 2000
const PROCESS_MS = 3000
const LOOK_MS = 3500
/** A member that has not told its status to its own host by then is asked from another one too. */
export const SLOW_MS = 1500
/** A gateway that has not answered by then may still do so, but etcdctl is asked as well. */
const QUICK_MS = 500

/** What systemd says of it, and whether its change is confirmed. */
export const stateOf = ({ desired, sessionOf }: LookAt, { name }: Member): Promise<Answer<MemberState>> => {
  const session = sessionOf(name)
  return answered(
    session && memberState(session, desired.layout, LOOK_MS).then((value) => ({ ok: true as const, value })),
  )
}

/** What its metrics tell; undefined where they do not. */
export const metricsOf = async (
  { sessionOf }: LookAt,
  { name }: Member,
): Promise<MetricsTold | undefined> => {
  const session = sessionOf(name)
  return session && toldByMetrics(session, COMMAND_MS)
}

/** Does it serve? */
export const readyOf = async (at: LookAt, member: Member): Promise<boolean> => {
  const session = at.sessionOf(member.name)
  if (!session) return false
  const ready = await isReady(session, COMMAND_MS)
  if (ready !== undefined) return ready
  if (await Promise.race([nobodyListens(session, member), sleep(COMMAND_MS, false, UNHELD)])) return false
  const health = await answered(
    askFrom(at, member, member, endpointHealth, (result) => healthAnswer(result, member.clientUrl)),
  )
  return health.ok && health.value.healthy
}

/** Its status, by the quickest way that gives it. */
export const statusOf = (at: LookAt, member: Member): Promise<Answer<StatusEntry>> =>
  quickOr(at.gatewayOf?.(member.name)?.status(COMMAND_MS), () => statusByEtcdctl(at, member))

/** What the gateway answers; where it fails or is slow, what etcdctl does, if that is sooner. A reason is always that of etcdctl. */
const quickOr = async <T>(
  quick: Promise<Answer<T>> | undefined,
  byEtcdctl: () => Promise<Answer<T>>,
): Promise<Answer<T>> => {
  if (!quick) return byEtcdctl()
  const early = await Promise.race([quick, sleep(QUICK_MS, undefined, UNHELD)])
  if (early?.ok) return early
  return firstGood(byEtcdctl(), quick)
}

/** Waiting for an answer from a port where nobody listens would cost etcdctl's whole timeout. */
const statusByEtcdctl = async (at: LookAt, member: Member): Promise<Answer<StatusEntry>> => {
  const session = at.sessionOf(member.name)
  if (session && (await Promise.race([nobodyListens(session, member), sleep(COMMAND_MS, false, UNHELD)]))) {
    return { ok: false, reason: `nothing listens on ${member.clientUrl}` }
  }
  const ask = (from: Member): Promise<Answer<StatusEntry>> =>
    answered(askFrom(at, from, member, endpointStatus, (result) => statusAnswer(result, member.clientUrl)))
  const own = ask(member)
  const { members } = at.desired
  const index = members.indexOf(member)
  const other = [...members.slice(index + 1), ...members.slice(0, index)].find(({ name }) =>
    at.sessionOf(name),
  )
  const early = await Promise.race([own, sleep(SLOW_MS, undefined, UNHELD)])
  if (early?.ok || !other) return own
  return firstGood(own, ask(other))
}

/** Whichever of them has an answer first; where neither has, the reason that the preferred one gives. */
const firstGood = <T>(preferred: Promise<Answer<T>>, other: Promise<Answer<T>>): Promise<Answer<T>> =>
  Promise.any([preferred, other].map(good)).catch(() => preferred)

const good = async <T>(asked: Promise<Answer<T>>): Promise<Answer<T>> => {
  const answer = await asked
  if (!answer.ok) throw new Error(answer.reason)
  return answer
}

const nobodyListens = async (session: HostSession, { address, clientUrl }: Member): Promise<boolean> => {
  // sshd would resolve a name while everything else on the connection waits.
  if (isIP(address) === 0) return false
  try {
    const stream = await session.openTcp(address, Number(new URL(clientUrl).port), COMMAND_MS)
    stream.destroy()
    return false
  } catch (error) {
    return error instanceof OpenFailure && error.kind === 'refused'
  }
}

/** From the first member that turns out ready; where that one fails after all, from the next. */
export const listOf = async (
  at: LookAt,
  readiness: readonly Promise<boolean>[],
): Promise<MemberListReply | undefined> => {
  const asked = new Set<Member>()
  for (;;) {
    const found = await Promise.any(
      at.desired.members.map(async (member, index) => {
        if (asked.has(member) || !(await readiness[index]!)) throw new Error('not that one')
        return member
      }),
    ).catch(() => undefined)
    if (!found) return undefined
    asked.add(found)
    const listed = await quickOr(at.gatewayOf?.(found.name)?.members(COMMAND_MS), () =>
      answered(askFrom(at, found, found, memberList, (result) => answerOf(result, parseMemberList))),
    )
    if (listed.ok) return listed.value
  }
}

const askFrom = <T>(
  { desired, sessionOf }: LookAt,
  from: Member,
  to: Member,
  command: (access: ReturnType<typeof accessOf>) => EtcdctlCommand,
  read: (result: { code: number; stdout: string; stderr: string }) => Answer<T>,
): Promise<Answer<T>> | undefined => {
  const session = sessionOf(from.name)
  const { argv } = command(accessOf(desired, to.clientUrl, COMMAND_MS))
  return session && etcdctlOn(session)(argv, PROCESS_MS).then(read)
}

/** An answer within the time a look has, whatever happens to the connection; undefined: there is no session. */
const answered = async <T>(work: Promise<Answer<T>> | undefined): Promise<Answer<T>> => {
  if (!work) return { ok: false, reason: 'there is no SSH connection to its host' }
  const late = sleep(LOOK_MS, { ok: false as const, reason: 'its host does not answer' }, UNHELD)
  try {
    return await Promise.race([work, late])
  } catch (error) {
    return { ok: false, reason: clauseOf(error) }
  }
}
