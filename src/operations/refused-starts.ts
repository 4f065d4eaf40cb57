import { logDirectory } from '../etcd/log-guard.js'
import { Failure } from '../failure.js'
import { logThere } from '../host/log-there.js'
import { serviceState } from '../host/service.js'
import type { HostSession } from '../ssh/port.js'
import type { Run } from './run.js'

/**
 * Does `work`; where it fails as members are down, and systemd refuses to start some of them without the log that they had, the
 * failure says so: their own journal would tell of no attempt.
 */
export const withRefusedStarts = async <T>(
  run: Run,
  sessions: readonly HostSession[],
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (run.signal.aborted || !(error instanceof Failure) || error.facts.member === undefined) throw error
    const { layout } = run.inputs.desired
    const log = logDirectory(layout)
    const refused = await Promise.all(
      sessions.map(async (session) => {
        const state = await serviceState(session, layout.serviceName)
        const waits = state.activeState !== 'active' && state.startRefused === 'assert'
        return waits && !(await logThere(session, log)) ? [session.member] : []
      }),
    ).catch(() => [])
    const members = refused.flat()
    if (members.length === 0) throw error
    const why = `systemd refuses to start ${layout.serviceName}.service on ${members.join(', ')} without ${log}, the log of a member that was founded: ${members.length === 1 ? 'its disk is' : 'their disks are'} lost, or not mounted`
    throw new Failure({
      ...error.facts,
      why: error.facts.why === undefined ? why : `${error.facts.why}; ${why}`,
      next: 'bring the disk back and start the service there; operation plan says for each host how to go on where it is gone for good',
      cause: error,
    })
  }
}
