import { Failure } from '../failure.js'
import type { HostSession } from './port.js'

/** How long what is under way on a host may still take when the run is cancelled, milliseconds. */
const GRACE_MS = 2000

/**
 * The session for work that stops when `signal` is aborted: nothing new is started then (rejects with the signal's reason), and
 * what runs has `graceMs` to end by itself before its outcome is given up as unknown (Failure). Closing works as ever.
 */
export const cancellable = (
  session: HostSession,
  signal: AbortSignal,
  graceMs: number = GRACE_MS,
): HostSession => {
  const stoppable = <T>(label: string, start: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error)
      let timer: NodeJS.Timeout | undefined
      const abort = (): void => {
        timer = setTimeout(() => reject(givenUp(session, label)), graceMs)
      }
      signal.addEventListener('abort', abort, { once: true })
      start()
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer)
          signal.removeEventListener('abort', abort)
        })
    })
  return {
    ...session,
    run: (command) => stoppable(command.label, () => session.run(command)),
    hold: (command) => stoppable(command.label, () => session.hold(command)),
    openTcp: (address, port, timeoutMs) =>
      stoppable(`connect to ${address}:${port}`, () => session.openTcp(address, port, timeoutMs)),
  }
}

const givenUp = ({ member, target }: HostSession, label: string): Failure =>
  new Failure({
    what: `could not ${label}`,
    where: `${member} (${target})`,
    why: 'the run was cancelled while it was under way',
    state: 'whether it took effect there is unknown',
  })
