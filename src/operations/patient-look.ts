import type { Observed } from '../cluster/observed.js'

const LOOKS = 4

/**
 * The world while a change of an earlier run may still be going on: a member that restarts, or that its host puts back, looks for
 * moments like one that nothing can be done with. Where `isBlocked` says so of it, and only then, `again` looks anew a few times;
 * the last look counts.
 */
export const patientLook = async (
  seen: Observed,
  isBlocked: (observed: Observed) => boolean,
  again: () => Promise<Observed>,
): Promise<Observed> => {
  let observed = seen
  for (let looks = 1; looks < LOOKS && isUnconfirmed(observed) && isBlocked(observed); looks++) {
    observed = await again()
  }
  return observed
}

/** Has an earlier run left a change neither confirmed nor put back? */
export const isUnconfirmed = ({ hosts }: Observed): boolean => hosts.some(({ unconfirmed }) => unconfirmed)
