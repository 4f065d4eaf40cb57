import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { HostObserved, Observed } from '../cluster/observed.js'
import { certificateDeviations } from './certificates.js'
import type { Deviation } from './deviation.js'
import { hostOf } from './evidence.js'
import { membershipDifferences } from './membership.js'
import type { Difference } from './plan.js'
import { releaseDeviations } from './release.js'
import { directoryDeviations, processDeviations, serviceDeviations } from './running.js'
import { unitDeviations } from './unit.js'

/**
 * Every way in which an existing cluster is not what is asked for. What runs counts, not only what lies on the disks: a
 * file that was changed without a restart is a difference too.
 */
export const driftOf = (desired: Desired, observed: Observed, now: Date): readonly Difference[] => [
  ...desired.members.flatMap((member) =>
    hostDrift(desired, member, hostOf(observed, member), now).map((deviation) => ({
      member: member.name,
      ...deviation,
    })),
  ),
  ...(observed.cluster === undefined ? [] : membershipDifferences(desired, observed.cluster)),
]

const hostDrift = (desired: Desired, member: Member, host: HostObserved, now: Date): readonly Deviation[] => [
  ...dataDeviations(desired, host),
  ...settledDeviations(desired, member, host, now),
  ...serviceDeviations(desired, host),
]

/** How the files of a member that has been started, and what runs of them, differ from what is asked for. */
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

const dataDeviations = ({ layout }: Desired, host: HostObserved): readonly Deviation[] =>
  host.hasMemberData ? [] : [{ what: 'data', detail: `holds no member data in ${layout.dataDir}` }]
