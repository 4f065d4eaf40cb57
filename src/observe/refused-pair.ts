import type { HostObserved } from '../cluster/observed.js'
import { lastWords } from '../etcd/last-words.js'
import { pairRefusal } from '../etcd/pair-verdict.js'
import { lastStartJournal } from '../host/service.js'
import type { HostSession } from '../ssh/port.js'

/**
 * What etcd said of its key and certificate where it ended for them and is not there now: it reads both before anything else, and
 * ends where they are no pair. undefined where it runs, was stopped, or ended for another reason. Never throws.
 */
export const observeRefusedPair = async (
  session: HostSession,
  { service, process }: Pick<HostObserved, 'service' | 'process'>,
  serviceName: string,
): Promise<string | undefined> => {
  const ended = service.activeState === 'failed' || service.subState.startsWith('auto-restart')
  if (process !== undefined || !ended) return undefined
  const { said } = lastWords(await lastStartJournal(session, serviceName))
  const refusal = pairRefusal(said)
  return refusal === '' ? undefined : refusal
}
