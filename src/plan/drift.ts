import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { HostObserved } from '../cluster/observed.js'
import { certificateDeviations } from './certificates.js'
import type { Deviation } from './deviation.js'
import { releaseDeviations } from './release.js'
import { directoryDeviations, processDeviations } from './running.js'
import { unitDeviations } from './unit.js'

/**
 * How the files of a member that has been started, and what runs of them, differ from what is asked for. What runs counts, not
 * only what lies on the disks: a file that was changed without a restart is a difference too.
 */
export const settledDeviations = (
  desired: Desired,
  member: Member,
  host: HostObserved,
  now: Date,
): readonly Deviation[] => [
  ...releaseDeviations(desired, host),
  ...certificateDeviations(desired, member, host, now),
  ...unitDeviations(desired, member, host),
  ...processDeviations(desired, host),
  ...directoryDeviations(desired, host),
]
