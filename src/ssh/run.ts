import { visibleLine } from '../foreign-text.js'
import { exchange } from './exchange.js'
import { unknownOutcome, type ExecContext } from './exec.js'
import type { Command, CommandResult } from './port.js'

/** See `HostSession.run`. */
export const runCommand = async (context: ExecContext, command: Command): Promise<CommandResult> => {
  const outcome = await exchange(context, command)
  if (outcome.kind === 'answer') return outcome.result
  const said = visibleLine(outcome.said)
  throw unknownOutcome(
    context,
    command.label,
    said === '' ? outcome.why : `${outcome.why}; the host said: ${said}`,
  )
}
