import { logDirectory } from '../cluster/places.js'
import { lastWords, type LastWords } from '../etcd/last-words.js'
import { shownWords } from '../etcd/settings/hidden.js'
import { Failure, type FailureFacts } from '../failure.js'
import { lastStartJournal, serviceJournal, serviceStatus } from '../host/service.js'
import { failureDetails } from '../report/failure-details.js'
import type { HostSession } from '../ssh/port.js'
import { deployStarts, type DownMember, downMembers } from './down-members.js'
import type { Run } from './run.js'

const JOURNAL_LINES = 50

/**
 * Does `work`; where it fails because of a member, finds out why members are down, says so in the failure, and shows the service status and
 * last journal lines of the one to blame, in the log and on the page.
 */
export const withDiagnosis = async <T>(
  run: Run,
  sessions: readonly HostSession[],
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    // A cancelled run has no time for it, and nothing to find out.
    if (run.signal.aborted || !(error instanceof Failure) || error.facts.member === undefined) throw error
    const { member } = error.facts
    const down = await downMembers(run, sessions)
    const to = blamed(run, member, down)
    const session = sessions.find((candidate) => candidate.member === to)
    if (session)
      await run.part(`What ${session.member} says`, () =>
        showService(run, session, down.find((one) => one.member === to)?.journal),
      )
    const told = error.facts.isTold ? down.filter((one) => one.member === member) : down
    throw error.withFacts(withCauses(run, error.facts, told))
  }
}

/** Of the members that are not healthy the first whose service is down: what one says that waits for it tells less. */
const blamed = (run: Run, member: string, down: readonly DownMember[]): string => {
  const isDown = (name: string): boolean => down.some((one) => one.member === name)
  const sick = (run.progress.verdict?.endpoints ?? [])
    .filter(({ healthy }) => !healthy)
    .map(({ name }) => name)
  return [member, ...sick].find(isDown) ?? member
}

/** The facts of the failure with why members are down, and with what to do about it where that follows. */
const withCauses = (
  run: Run,
  { why, next }: FailureFacts,
  down: readonly DownMember[],
): Partial<FailureFacts> => {
  const { serviceName } = run.inputs.desired.layout
  const log = logDirectory(run.inputs.desired.layout)
  const refused = down.filter(({ kind }) => kind === 'refused').map(({ member }) => member)
  const lost =
    refused.length === 0
      ? ''
      : `systemd refuses to start ${serviceName}.service on ${refused.join(', ')} without ${log}, the log of a member that was founded: ${refused.length === 1 ? 'its disk is' : 'their disks are'} lost, or not mounted`
  const causes = [...down.map((one) => one.why), lost].filter(
    (cause) => cause !== '' && why?.includes(cause) !== true,
  )
  const names = down.map(({ member }) => member).join(', ')
  const stopped = down.length > 0 && down.every(({ kind }) => kind === 'stopped')
  return {
    why: [why, ...causes].filter((clause) => clause !== undefined && clause !== '').join('; ') || undefined,
    next:
      refused.length > 0
        ? 'bring the disk back and start the service there; operation plan says for each host how to go on where it is gone for good'
        : !stopped || run.progress.verdict === undefined
          ? next
          : deployStarts(down, run.progress.verdict)
            ? `operation deploy starts ${down.length === 1 ? 'it' : 'them'} (or systemctl start ${serviceName} on ${names})`
            : `run systemctl start ${serviceName} on ${names}: without a quorum of healthy members, or under an alarm, no deploy starts ${down.length === 1 ? 'it' : 'them'}`,
  }
}

/** The member's service status and last journal lines, for the log and the page; says so where they cannot be had. */
const showService = async (run: Run, session: HostSession, lastStart = ''): Promise<void> => {
  const { serviceName } = run.inputs.desired.layout
  const [status, journal] = await Promise.all([
    serviceStatus(session, serviceName),
    serviceJournal(session, serviceName, JOURNAL_LINES),
  ])
  // journald does not always learn of whose unit a process is that ends at once: then its own lines are in this one alone.
  const known = journal.split('\n')
  const lines = [...known, ...lastStart.split('\n').filter((line) => !known.includes(line))]
  show(run, session, [status, lines.join('\n')])
}

/** The same of the process that was started last, whether it still runs or not; gives the gist of what it said. */
export const showLastStart = async (run: Run, session: HostSession): Promise<LastWords> => {
  const { serviceName } = run.inputs.desired.layout
  const [status, journal] = await Promise.all([
    serviceStatus(session, serviceName),
    lastStartJournal(session, serviceName),
  ])
  show(run, session, [status, journal])
  return lastWords(journal)
}

const show = (run: Run, { member }: HostSession, [status, journal]: readonly [string, string]): void => {
  const { serviceName } = run.inputs.desired.layout
  // A hand-written unit may have given its etcd a password as a flag, which the status shows, and the journal.
  const lines = failureDetails({ member, serviceName, status, journal }).map(shownWords)
  for (const line of lines) run.ci.info(line)
  run.progress.service = { member, lines }
}
