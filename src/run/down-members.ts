import { quorumOf } from '../cluster/quorum.js'
import { raisedIn } from '../cluster/raised.js'
import type { HealthVerdict } from '../cluster/health.js'
import { lastWords } from '../etcd/last-words.js'
import { logDirectory } from '../cluster/places.js'
import { logThere } from '../host/log-there.js'
import { lastStartJournal, serviceState } from '../host/service.js'
import type { ServiceState } from '../host/service-show.js'
import type { HostSession } from '../ssh/port.js'
import type { Run } from './run.js'

/** A member whose service does not run as it should, and why, as its host tells. */
export interface DownMember {
  readonly member: string
  /** `refused`: systemd does not start it without its log. `stopped`: somebody stopped it. `other`: it ended, or is not ready. */
  readonly kind: 'refused' | 'stopped' | 'other'
  /** One clause, with its name; empty where its host tells nothing that is not known. */
  readonly why: string
  /** Of its last start; absent where that was not looked at. */
  readonly journal?: string
}

/** The members whose service is not active. A host that does not answer now is left out: its failure is told elsewhere. */
export const downMembers = async (
  run: Run,
  sessions: readonly HostSession[],
): Promise<readonly DownMember[]> => {
  const found = await Promise.allSettled(sessions.map((session) => lookAt(run, session)))
  return found.flatMap((one) => (one.status === 'fulfilled' && one.value !== undefined ? [one.value] : []))
}

const lookAt = async (run: Run, session: HostSession): Promise<DownMember | undefined> => {
  const { layout } = run.inputs.desired
  const { serviceName } = layout
  const { member } = session
  const state = await serviceState(session, serviceName)
  if (state.activeState === 'active') return undefined
  const unit = `${serviceName}.service on ${member}`
  if (state.loadState === 'not-found') return { member, kind: 'other', why: `there is no ${unit}` }
  if (state.loadState === 'masked') return { member, kind: 'other', why: `${unit} is masked` }
  const since = state.downSince === undefined ? '' : ` since ${state.downSince}`
  if (state.startRefused === 'assert' && !(await logThere(session, logDirectory(layout)))) {
    return { member, kind: 'refused', why: '' }
  }
  if (isStopped(state)) return { member, kind: 'stopped', why: `${unit} is stopped${since}` }
  const journal = await lastStartJournal(session, serviceName)
  const { ended, said } = lastWords(journal)
  const because = said === '' ? '' : ` (${said})`
  if (ended !== '') {
    return { member, kind: 'other', why: `etcd on ${member} ${ended}${because}${since}`, journal }
  }
  return {
    ...{ member, kind: 'other', journal },
    why: said === '' ? '' : `${unit} is ${state.activeState}, and etcd says: ${said}`,
  }
}

/** By hand, or never started: what ended for a reason of its own is `failed`, or about to be started again. */
const isStopped = ({ activeState, result }: ServiceState): boolean =>
  activeState === 'inactive' && (result === 'success' || result === '')

/**
 * Would a deploy start these? It restarts nothing while fewer than a quorum are up, nor under an alarm, and a verdict is needed to know of
 * both.
 */
export const deployStarts = (down: readonly DownMember[], verdict: HealthVerdict | undefined): boolean => {
  if (verdict === undefined || down.length === 0 || verdict.divergence !== undefined) return false
  const well = verdict.endpoints.filter(({ healthy }) => healthy).length
  const voters = Math.max(
    verdict.endpoints.length,
    verdict.members.filter(({ isLearner }) => !isLearner).length,
  )
  return (
    down.every(({ kind }) => kind === 'stopped') && well >= quorumOf(voters) && raisedIn(verdict).length === 0
  )
}
