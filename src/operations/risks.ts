import { clauseOf } from '../failure.js'
import { readRunning } from '../host/running.js'
import { riskWarnings } from '../plan/risks.js'
import type { HostSession } from '../ssh/port.js'
import type { Run } from '../run/run.js'

/**
 * Warns of what members run with that opens them, or puts their data at risk, and gives their certificates (PEM; empty: none). A host
 * that does not tell is said, and no failure. Never rejects.
 */
export const lookAtRunning = async (
  { ci, inputs: { desired } }: Run,
  sessions: readonly HostSession[],
): Promise<readonly string[]> => {
  const told = await Promise.all(
    sessions.map((session) =>
      readRunning(session, desired.layout).then(
        (host) => ({ ...host, warnings: riskWarnings(desired, host), silent: '' }),
        (error: unknown) => ({
          certificate: '',
          warnings: [],
          silent: `${session.member}: ${clauseOf(error)}`,
        }),
      ),
    ),
  )
  for (const { silent } of told) if (silent !== '') ci.info(`not looked for open settings: ${silent}`)
  for (const warning of told.flatMap(({ warnings }) => warnings)) ci.warning(warning)
  return told.map(({ certificate }) => certificate)
}
