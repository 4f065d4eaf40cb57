import { sentenceOf } from '../../failure.js'
import type { Work } from './work.js'

/**
 * Disarms the host's timer, asking again while it is not known whether that happened. `unknown`: no answer came by the time at
 * which the host puts the member back by itself, or for as long as a cancel leaves.
 */
export const confirm = async (
  work: Work,
  { member, armedUntil }: { readonly member: string; readonly armedUntil: number },
): Promise<'confirmed' | 'reverted' | 'unknown'> => {
  const { world, policy } = work
  for (;;) {
    try {
      return await world.disarm(member)
    } catch (error) {
      const graceEnd = work.cancelledAt === undefined ? Infinity : work.cancelledAt + 2 * policy.cancelGraceMs
      if (world.now() > Math.min(armedUntil, graceEnd)) return 'unknown'
      world.say(
        `${member}: asking once more, as it is not known whether it was confirmed: ${sentenceOf(error)}`,
      )
      await world.sleep(policy.pollMs)
    }
  }
}
