import type { Desired } from '../../cluster/desired.js'
import type { Observed } from '../../cluster/observed.js'
import type { Finding } from '../plan.js'
import { account } from './account.js'
import { alarmFindings, quotaFindings } from './alarms.js'
import { authenticationFindings } from './authentication.js'
import type { Check, HostFinding, WorkOnHost } from './check.js'
import { clock } from './clock.js'
import { executable } from './mounts.js'
import { space } from './space.js'
import { init, machine, masked } from './system.js'
import { ways } from './ways.js'

/** Everything that a host is asked before anything is done there, whatever the operation: one list, so that none of them forgets one. */
export const CHECKS: readonly Check[] = [init, machine, masked, clock, executable, account, ways, space]

/** What stops the works on a host. */
export const findingsFor = (of: WorkOnHost): readonly HostFinding[] =>
  CHECKS.filter(({ stops }) => stops.some((work) => of.works.has(work))).flatMap(({ find }) => find(of))

/** What stops every restart, whichever member it is of. */
export const restartFindings = (desired: Desired, observed: Observed): readonly Finding[] => [
  ...authenticationFindings(observed),
  ...alarmFindings(observed.cluster),
  ...quotaFindings(desired, observed.cluster),
]

/**
 * What would stop a restart of a member that is not restarted now: it may be a restart by somebody else, or the host's own, that finds
 * it out. One clause each.
 */
export const restartNotes = (of: WorkOnHost): readonly string[] => {
  const stopping = findingsFor(of).map(({ problem }) => problem)
  return findingsFor({ ...of, works: new Set(['restart']) })
    .map(({ problem }) => problem)
    .filter((problem) => !stopping.includes(problem))
}
