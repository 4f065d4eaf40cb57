import type { Layout } from '../../src/cluster/desired.js'
import { rollState, ROOTS } from '../../src/host/roll-places.js'
import { ROLL_SHELL } from '../../src/host/roll-shell.js'
import type { HostSession } from '../../src/ssh/port.js'

const SCRIPT = `set -u
state=$1
${ROLL_SHELL}
if unconfirmed && [ "$(outcome)" != reverting ]; then echo unconfirmed; else outcome; fi
`

/** Where the last change of the member stands: `unconfirmed`, `reverting`, `reverted`, `confirmed` or `none`. */
export const changeState = async (
  session: HostSession,
  layout: Pick<Layout, 'serviceName'>,
  roots = ROOTS,
): Promise<string> => {
  const { code, stdout, stderr } = await session.run({
    label: 'ask for unconfirmed changes',
    script: SCRIPT,
    args: [rollState(layout, roots)],
    timeoutMs: 15_000,
  })
  if (code !== 0) throw new Error(stderr)
  return stdout.trim() || 'none'
}
