import type { Desired } from '../../cluster/desired.js'
import type { HostObserved, Observed } from '../../cluster/observed.js'
import type { Finding } from '../plan.js'

/** A finding before it is known whose host it is. */
export type HostFinding = Omit<Finding, 'member'>

/**
 * What is about to be done on a host. `found`: its member is founded, or its bootstrap finished. `restart`: a roll stops its member and
 * starts it anew, or starts one that is down. `install`: a release goes there. `renew`: key and certificate change, without a restart.
 * `correct`: modes, owners, enablement and the unit's text, without a restart.
 */
export type Work = 'found' | 'restart' | 'install' | 'renew' | 'correct'

/** One host, and what is about to be done there. */
export interface WorkOnHost {
  readonly desired: Desired
  readonly observed: Observed
  readonly host: HostObserved
  readonly works: ReadonlySet<Work>
  /** Bytes of the database whose snapshot is taken there before; absent: none is. */
  readonly snapshotOf?: number
}

/** One question to a host. */
export interface Check {
  readonly name: string
  /** The works that are not begun where it finds something; any other goes on. */
  readonly stops: readonly Work[]
  readonly find: (of: WorkOnHost) => readonly HostFinding[]
}
