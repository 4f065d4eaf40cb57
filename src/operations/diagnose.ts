import { lastWords, type LastWords } from '../etcd/last-words.js'
import { shownWords } from '../etcd/settings/hidden.js'
import { Failure } from '../failure.js'
import { lastStartJournal, serviceJournal, serviceStatus } from '../host/service.js'
import { failureDetails } from '../report/failure-details.js'
import type { HostSession } from '../ssh/port.js'
import type { Run } from './run.js'

const JOURNAL_LINES = 50

/** Does `work`; where it fails because of a member, shows that member's service status and last journal lines first. */
export const withDiagnosis = async <T>(
  run: Run,
  sessions: readonly HostSession[],
  work: () => Promise<T>,
): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    // A cancelled run has no time for it, and nothing to find out.
    if (run.signal.aborted) throw error
    const member = error instanceof Failure ? error.facts.member : undefined
    const session = sessions.find((candidate) => candidate.member === member)
    if (session) await run.part(`What ${session.member} says`, () => showService(run, session))
    throw error
  }
}

/** The member's service status and last journal lines, for the log; says so where they cannot be had. */
const showService = async (run: Run, session: HostSession): Promise<void> => {
  const { serviceName } = run.inputs.desired.layout
  show(
    run,
    session,
    await Promise.all([
      serviceStatus(session, serviceName),
      serviceJournal(session, serviceName, JOURNAL_LINES),
    ]),
  )
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
  for (const line of failureDetails({ member, serviceName, status, journal })) run.ci.info(shownWords(line))
}
