import type { Work } from './work.js'

/**
 * Disarms the host's timer, asking again while it is not known whether that happened. `unknown`: not even the time after
 * which the host puts the member back by itself brought an answer.
 */
export const confirm = async (
  { world, policy }: Work,
  { member, armedUntil }: { readonly member: string; readonly armedUntil: number },
): Promise<'confirmed' | 'reverted' | 'unknown'> => {
  for (;;) {
    try {
      return await world.disarm(member)
    } catch (error) {
      if (world.now() > armedUntil) return 'unknown'
      world.say(`${member}: ${error instanceof Error ? error.message : String(error)}; asking again`)
      await world.sleep(policy.pollMs)
    }
  }
}
