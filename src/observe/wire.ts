import type { Member } from '../cluster/member.js'
import type { WireFact } from '../cluster/observed.js'
import type { HostSession } from '../ssh/port.js'
import { isServersFault, servedSerial } from '../ssh/served-certificate.js'

/**
 * What a member serves to a TLS client at its client URL, asked from its own host; undefined where nothing can be told of it, as
 * nobody listens, or its SSH server forwards nothing. Never throws.
 */
export const observeWire = async (
  session: Pick<HostSession, 'openTcp'>,
  { address, clientUrl }: Pick<Member, 'address' | 'clientUrl'>,
): Promise<WireFact | undefined> => {
  try {
    const serial = await servedSerial(session, address, Number(new URL(clientUrl).port))
    return serial === '' ? undefined : { kind: 'served', serial }
  } catch (error) {
    return isServersFault(error) ? { kind: 'broken' } : undefined
  }
}
