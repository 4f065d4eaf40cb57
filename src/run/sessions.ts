import { Failure, sentenceOf } from '../failure.js'
import { holdLock, type HeldLock } from '../host/lock.js'
import { cancellable } from '../ssh/cancellable.js'
import { oneFailure, openAll, type OpenOptions, openReachable } from '../ssh/open-all.js'
import type { HostSession } from '../ssh/port.js'
import { transcribed } from '../ssh/transcript.js'
import { atMost, untilAborted } from '../time/abort.js'
import type { Run } from './run.js'

/** How long a cancelled run waits for its locks to be released: they vanish with the connections anyway. Milliseconds. */
const RELEASE_MS = 1500

/**
 * Work on hosts with a session to each, in the order of `hosts`. `sessions` start nothing more once the run is cancelled;
 * `steady` are the same connections for what has to be finished or taken back even then.
 */
type Work<T> = (sessions: readonly HostSession[], steady: readonly HostSession[]) => Promise<T>

/** Opens a session to every host, does `work` with them and closes them whatever happens. */
export const withSessions = async <T>(run: Run, work: Work<T>): Promise<T> => {
  const sessions = await connecting(run, (options) => openAll(run.inputs.desired.members, options))
  return closingAfter(run, sessions, work)
}

/** The same with the hosts that can be reached, for work that only looks; warns of the others, fails where there is none. */
export const withReachable = async <T>(run: Run, work: Work<T>): Promise<T> => {
  const { members } = run.inputs.desired
  const sessions = await connecting(run, async (options) => {
    const opened = await openReachable(members, options)
    if (opened.sessions.length === 0) throw oneFailure(opened.failures, members.length)
    for (const failure of opened.failures) {
      run.ci.warning(`${sentenceOf(failure)} Its endpoint is checked from the other hosts.`)
    }
    return opened.sessions
  })
  return closingAfter(run, sessions, work)
}

const connecting = (
  run: Run,
  open: (options: OpenOptions) => Promise<HostSession[]>,
): Promise<HostSession[]> =>
  run.part(`Connect to ${run.inputs.desired.members.length} hosts over SSH`, async () => {
    const packets = { told: run.ci.debugging }
    const opening = open(optionsOf(run, packets))
    try {
      const opened = await untilAborted(opening, run.signal)
      // From here on the transcripts tell what goes on.
      packets.told = false
      const { debugging, debug } = run.ci
      const sessions = debugging ? opened.map((session) => transcribed(session, debug)) : opened
      for (const { member, target } of sessions) run.ci.info(`${member}: logged in as ${target}`)
      return sessions
    } catch (error) {
      if (run.signal.aborted) void opening.then(closeAll).catch(() => {})
      throw error instanceof Failure ? error.withState('nothing was changed on any host') : error
    }
  })

const closingAfter = async <T>(run: Run, sessions: readonly HostSession[], work: Work<T>): Promise<T> => {
  try {
    return await work(
      sessions.map((session) => cancellable(session, run.signal)),
      sessions,
    )
  } finally {
    run.live.set('closing the connections')
    await closeAll(sessions)
  }
}

const closeAll = async (sessions: readonly HostSession[]): Promise<void> => {
  await Promise.all(sessions.map((session) => session.close()))
}

const optionsOf = (
  { ci, inputs: { desired, secrets }, place }: Run,
  packets: { readonly told: boolean },
): OpenOptions => ({
  auth: {
    privateKey: secrets.sshPrivateKey,
    passphrase: secrets.sshPassphrase,
    agentSocket: place.agentSocket,
  },
  knownHosts: desired.ssh.knownHosts,
  hostKeyChecking: desired.ssh.hostKeyChecking,
  jumps: desired.ssh.jumps,
  onAcceptedKey: (line, fingerprint, host) =>
    ci.warning(
      `${host}: took the host key ${fingerprint} without proof (ssh-host-key-checking: accept-new). ` +
        `Compare it on the host, then put this line into ssh-known-hosts: ${line}`,
    ),
  // A line for each packet: worth its noise only where someone asked for it, and until the login is over.
  ...(packets.told ? { debug: (line: string) => void (packets.told && ci.debug(line)) } : {}),
})

/**
 * Holds the lock of the service on every host around `work`, so that two runs never work on one cluster. Where one is lost, the run ends as
 * a cancelled one does: another run may have it by then.
 */
export const withLocks = async <T>(
  run: Run,
  sessions: readonly HostSession[],
  work: () => Promise<T>,
): Promise<T> => {
  const { serviceName } = run.inputs.desired.layout
  const info = {
    run: run.place.runUrl || 'a run from a command line',
    actor: run.place.actor || 'someone',
    since: run.startedAt.toISOString(),
  }
  const outcomes = await Promise.allSettled(
    sessions.map((session) => holdLock(session, { serviceName, info })),
  )
  const locks = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  let releasing = false
  outcomes.forEach((outcome, index) => {
    const session = sessions[index]
    if (outcome.status !== 'fulfilled' || !session) return
    void outcome.value.ended.then(() => {
      if (!releasing) run.abort(lostLock(session, serviceName))
    })
  })
  try {
    const refused = outcomes.find((outcome) => outcome.status === 'rejected')
    if (refused) {
      const { reason } = refused as { reason: unknown }
      throw reason instanceof Failure ? reason.withState('this run changed nothing') : reason
    }
    return await work()
  } finally {
    releasing = true
    run.live.set('releasing the locks')
    const released = Promise.all(locks.map((lock: HeldLock) => lock.release()))
    await (run.signal.aborted ? atMost(released, RELEASE_MS) : released)
  }
}

const lostLock = ({ member, target }: HostSession, serviceName: string): Failure =>
  new Failure({
    what: `the lock of ${serviceName} was lost`,
    where: `${member} (${target})`,
    why: 'the connection that held it, or its process there, ended',
    next:
      'another run may work there by now: see to it that none does and that the host can be reached, then run again: it looks at the ' +
      'hosts first and goes on from there',
  })
