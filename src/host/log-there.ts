import type { HostSession } from '../ssh/port.js'
import { mustSucceed } from './refusal.js'

/** Argument: the directory of a member's log. */
const LOG_THERE_SCRIPT = `set -u
if [ -e "$1" ]; then echo there; else echo gone; fi
`

/** Is the log of the member there, as systemd sees it before it starts the service? Throws Failure. */
export const logThere = async (session: HostSession, directory: string): Promise<boolean> => {
  const result = await session.run({
    label: 'look for the log of the member',
    script: LOG_THERE_SCRIPT,
    args: [directory],
    timeoutMs: 15_000,
  })
  mustSucceed(session, `cannot look for ${directory}`, result)
  return result.stdout.trim() === 'there'
}
