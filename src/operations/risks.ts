import { clauseOf } from '../failure.js'
import { readFacts } from '../host/facts.js'
import { riskWarnings } from '../plan/risks.js'
import type { HostSession } from '../ssh/port.js'
import type { Run } from './run.js'

/** Warns of what members run with that opens them, or puts their data at risk. A host that does not tell is said, and no failure. */
export const warnOfRisks = async (run: Run, sessions: readonly HostSession[]): Promise<void> => {
  const { desired } = run.inputs
  const told = await Promise.all(
    sessions.map((session) =>
      readFacts(session, { layout: desired.layout, ports: [] }).then(
        (host) => ({ warnings: riskWarnings(desired, host), silent: '' }),
        (error: unknown) => ({ warnings: [], silent: `${session.member}: ${clauseOf(error)}` }),
      ),
    ),
  )
  run.signal.throwIfAborted()
  for (const { silent } of told) if (silent !== '') run.ci.info(`not looked for open settings: ${silent}`)
  for (const warning of told.flatMap(({ warnings }) => warnings)) run.ci.warning(warning)
}
