import { Failure, sentenceOf } from '../failure.js'
import { OpenFailure } from '../ssh/port.js'
import { servedSerial } from '../ssh/served-certificate.js'
import type { ApplyContext, HostAtWork } from './context.js'

/**
 * Corrects a host: modes and owners of what etcd reads at each handshake are in it. A member that took new connections at its peer
 * port before has to take them afterwards; where it does not, no other host is corrected. Throws Failure.
 */
export const stillServing = async (
  { desired }: Pick<ApplyContext, 'desired'>,
  { member, session }: Pick<HostAtWork, 'member' | 'session'>,
  correct: () => Promise<void>,
): Promise<void> => {
  const served = () => servedSerial(session, member.address, desired.etcd.peerPort)
  const before = await served().catch(() => undefined)
  await correct()
  if (before === undefined) return
  await served().catch((error: unknown) => {
    if (error instanceof OpenFailure && error.kind !== 'refused') return
    throw new Failure({
      what: 'its modes and owners were put right, and it takes no new connection since',
      where: member.name,
      why: sentenceOf(error),
      state: 'it was not restarted, and no host after it was corrected',
      next: 'see as which user its process runs, and whether that one may read the key; then run again',
      member: member.name,
    })
  })
}
