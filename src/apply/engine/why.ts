import { NO_WORDS, type LastWords } from '../../etcd/last-words.js'
import { sentenceOf } from '../../failure.js'
import type { ClusterView } from './port.js'
import { memberOf } from './view.js'
import type { Work } from './work.js'

/**
 * Why a member that was just restarted is not healthy: what a look could tell, or better what etcd itself said, which is shown in full
 * in the log. Never throws.
 */
export const whyUnhealthy = async (
  { world }: Work,
  member: string,
  reason: string,
  seen: ClusterView | undefined,
): Promise<string> => {
  let words: LastWords = NO_WORDS
  try {
    words = await world.lastWords(member)
  } catch (error) {
    world.say(sentenceOf(error))
  }
  const { ended, said } = words
  const state = seen && memberOf(seen, member)?.activeState
  // What it complains of in passing while it serves is not why it failed here; nor is anything where no look has followed the restart.
  if (state === undefined || state === '' || state === 'active') return reason
  if (ended !== '') return `etcd ${ended}${said === '' ? '' : ` (${said})`}`
  return said === '' ? reason : `${reason}, and etcd says: ${said}`
}
