import type { Member, SshTarget } from '../cluster/member.js'
import { Failure, sentenceOf } from '../failure.js'
import { hostKeyPolicy, type HostKeyChecking, type OnAcceptedKey } from './host-key.js'
import { openJumpChain } from './jump.js'
import type { HostSession } from './port.js'
import type { Credentials } from './login.js'
import { checkPrivateKey } from './private-key.js'
import { openSessionOver } from './session.js'

const CONNECT_MS = 15_000

export interface SshAuth {
  /** Text of the key file; empty or absent: the agent is asked. */
  readonly privateKey?: string | undefined
  readonly passphrase?: string | undefined
  /** Usually the value of SSH_AUTH_SOCK. */
  readonly agentSocket?: string | undefined
}

export interface OpenOptions {
  readonly auth: SshAuth
  /** known_hosts text. */
  readonly knownHosts: string
  readonly hostKeyChecking: HostKeyChecking
  /** Bastions in the order they are passed. */
  readonly jumps: readonly SshTarget[]
  readonly onAcceptedKey?: OnAcceptedKey | undefined
  /** For each connection: TCP, handshake and login together; 15 s where not given. */
  readonly connectTimeoutMs?: number | undefined
  /** ssh2's protocol log; holds no secrets and a lot of noise. */
  readonly debug?: ((line: string) => void) | undefined
}

/** Sessions to the hosts that could be reached, in the order of the members, and why others could not be. */
export interface Opened {
  readonly sessions: HostSession[]
  /** One a host that could not be reached; a Failure each, unless something unexpected went wrong. */
  readonly failures: readonly unknown[]
}

/**
 * A session for each member that can be reached, all opened at once. Bastions are left when the last session is closed.
 * Throws Failure where a bastion or the own key is the problem.
 */
export const openReachable = async (
  members: readonly Pick<Member, 'name' | 'ssh'>[],
  options: OpenOptions,
): Promise<Opened> => {
  const how = {
    credentials: credentialsOf(options.auth),
    hostKeys: hostKeyPolicy(options.knownHosts, options.hostKeyChecking, options.onAcceptedKey),
    timeoutMs: options.connectTimeoutMs ?? CONNECT_MS,
    debug: options.debug,
  }
  const jumps = await openJumpChain(options.jumps, how)
  const outcomes = await Promise.allSettled(
    members.map(({ name, ssh }) => openSessionOver(name, ssh, { ...how, jumps })),
  )
  const sessions = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  )
  if (sessions.length === 0) await jumps.close()
  return { sessions: closingTogether(sessions, () => jumps.close()), failures }
}

/**
 * One session for each member, in their order. Where any fails, the others are closed again and one Failure names every host
 * that could not be reached.
 */
export const openAll = async (
  members: readonly Pick<Member, 'name' | 'ssh'>[],
  options: OpenOptions,
): Promise<HostSession[]> => {
  const { sessions, failures } = await openReachable(members, options)
  if (failures.length === 0) return sessions
  await Promise.all(sessions.map((session) => session.close()))
  throw oneFailure(failures, members.length)
}

/** The session of one member; throws Failure. */
export const openSession = async (
  options: OpenOptions & { readonly member: string; readonly target: SshTarget },
): Promise<HostSession> => {
  const [session] = await openAll([{ name: options.member, ssh: options.target }], options)
  if (!session) throw new Error('unreachable: one member gives one session')
  return session
}

const credentialsOf = ({ privateKey = '', passphrase, agentSocket = '' }: SshAuth): Credentials => {
  if (privateKey === '') return { agentSocket: agentSocket === '' ? undefined : agentSocket }
  const check = checkPrivateKey(privateKey, passphrase)
  if (check.ok) return { key: check.key }
  throw new Failure({ what: 'cannot use ssh-private-key', why: check.problem, next: check.next })
}

/** The failures of several hosts as one. */
export const oneFailure = (failures: readonly unknown[], hosts: number): unknown => {
  if (failures.length === 1) return failures[0]
  return new Failure({
    what: `cannot work on ${failures.length} of ${hosts} hosts`,
    each: failures.map(sentenceOf),
    cause: new AggregateError(failures),
  })
}

const closingTogether = (sessions: readonly HostSession[], last: () => Promise<void>): HostSession[] => {
  const open = new Set<HostSession>(sessions)
  return sessions.map((session) => ({
    ...session,
    close: async () => {
      await session.close()
      if (open.delete(session) && open.size === 0) await last()
    },
  }))
}
