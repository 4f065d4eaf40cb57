import type { Layout } from '../cluster/desired.js'
import type { HostSession } from '../ssh/port.js'
import { mustSucceed } from './refusal.js'
import { rollState, ROOTS } from './roll-places.js'
import { serviceOf, SHOW_PROPERTIES, type ServiceState } from './service-show.js'

/** Arguments: service, state folder. */
const MEMBER_STATE_SCRIPT = `set -u
LC_ALL=C; SYSTEMD_COLORS=0; SYSTEMD_PAGER=; export LC_ALL SYSTEMD_COLORS SYSTEMD_PAGER
[ ! -d "$2/previous" ] || echo Unconfirmed=yes
systemctl show -p ${SHOW_PROPERTIES} -- "$1.service"
`

export interface MemberState extends ServiceState {
  /** A change of this member is not confirmed: the host is about to take it back. */
  readonly unconfirmed: boolean
}

/** What systemd says of the service now, and whether a change waits to be confirmed, in one round trip. Throws Failure. */
export const memberState = async (
  session: HostSession,
  layout: Pick<Layout, 'serviceName'>,
  timeoutMs: number,
  roots = ROOTS,
): Promise<MemberState> => {
  const result = await session.run({
    label: `look at ${layout.serviceName}`,
    script: MEMBER_STATE_SCRIPT,
    args: [layout.serviceName, rollState(layout, roots)],
    timeoutMs,
  })
  mustSucceed(session, `cannot read the state of the service ${layout.serviceName}`, result)
  const lines = result.stdout.split('\n')
  return { ...serviceOf(lines), unconfirmed: lines.includes('Unconfirmed=yes') }
}
