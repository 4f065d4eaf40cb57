import type { Layout } from '../cluster/desired.js'
import type { HostSession } from '../ssh/port.js'
import { mustSucceed } from './refusal.js'
import { rollState, ROOTS } from './roll-places.js'
import { ROLL_SHELL } from './roll-shell.js'

/** Arguments: state folder, service. Prints `same-process`, `started` or nothing; the fourth line of `places` is of ARM_SCRIPT. */
const LEFT_CHANGE_SCRIPT = `set -u
state=$1 service=$2
${ROLL_SHELL}
unconfirmed && [ -z "$(outcome)" ] || exit 0
[ -e "$state/previous/swapped" ] || { echo same-process; exit 0; }
before=$(sed -n 4p -- "$state/previous/places")
case $before in
  '') ;;
  0)
    [ ! -f "$state/next/etcd.pem" ] || [ -f "$state/next/unit" ] || [ -f "$state/next/ca.pem" ] ||
      [ -f "$state/next/release" ] || echo started
    ;;
  *) [ "$(started "$service")" != "$before" ] || echo same-process ;;
esac
`

/**
 * What a change that was left unconfirmed means to the process: `same-process`: nothing was swapped yet, or what runs is from before
 * it, so that taking it back restarts nothing; `started`: none ran, and it was started with a new key and certificate, and with
 * nothing else that is new. undefined: anything else, and where no change is unconfirmed. Changes nothing. Throws Failure.
 */
export const leftChange = async (
  session: HostSession,
  layout: Pick<Layout, 'serviceName'>,
  roots = ROOTS,
): Promise<'same-process' | 'started' | undefined> => {
  const result = await session.run({
    label: 'ask what an unconfirmed change has come to',
    script: LEFT_CHANGE_SCRIPT,
    args: [rollState(layout, roots), layout.serviceName],
    timeoutMs: 15_000,
  })
  mustSucceed(session, 'cannot ask what an unconfirmed change has come to', result)
  const said = result.stdout.trim()
  return said === 'same-process' || said === 'started' ? said : undefined
}
