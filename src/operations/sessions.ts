import { Failure } from '../failure.js'
import { holdLock, type HeldLock } from '../host/lock.js'
import { openAll } from '../ssh/open-all.js'
import type { HostSession } from '../ssh/port.js'
import type { Run } from './run.js'

/** Opens a session to every host, does `work` with them (in the order of `hosts`) and closes them whatever happens. */
export const withSessions = async <T>(
  run: Run,
  work: (sessions: readonly HostSession[]) => Promise<T>,
): Promise<T> => {
  const { desired, secrets } = run.inputs
  const sessions = await run.part(`Connect to ${desired.members.length} hosts over SSH`, async () => {
    try {
      return await openAll(desired.members, {
        auth: {
          privateKey: secrets.sshPrivateKey,
          passphrase: secrets.sshPassphrase,
          agentSocket: run.place.agentSocket,
        },
        knownHosts: desired.ssh.knownHosts,
        hostKeyChecking: desired.ssh.hostKeyChecking,
        jumps: desired.ssh.jumps,
        onAcceptedKey: (line, fingerprint, host) =>
          run.ci.warning(
            `${host}: took the host key ${fingerprint} without proof (ssh-host-key-checking: accept-new). ` +
              `Compare it on the host, then put this line into ssh-known-hosts: ${line}`,
          ),
        debug: (line) => run.ci.debug(line),
      })
    } catch (error) {
      throw error instanceof Failure ? error.withState('nothing was changed on any host') : error
    }
  })
  try {
    return await work(sessions)
  } finally {
    await Promise.all(sessions.map((session) => session.close()))
  }
}

/** Holds the lock of the service on every host around `work`, so that two runs never work on one cluster. */
export const withLocks = async <T>(
  run: Run,
  sessions: readonly HostSession[],
  work: () => Promise<T>,
): Promise<T> => {
  const { serviceName } = run.inputs.desired.layout
  const info = {
    run: run.place.runUrl || 'a run outside of GitHub',
    actor: run.place.actor || 'someone',
    since: run.startedAt.toISOString(),
  }
  const outcomes = await Promise.allSettled(
    sessions.map((session) => holdLock(session, { serviceName, info })),
  )
  const locks = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  try {
    const refused = outcomes.find((outcome) => outcome.status === 'rejected')
    if (refused) {
      const { reason } = refused as { reason: unknown }
      throw reason instanceof Failure ? reason.withState('this run changed nothing') : reason
    }
    return await work()
  } finally {
    await Promise.all(locks.map((lock: HeldLock) => lock.release()))
  }
}
