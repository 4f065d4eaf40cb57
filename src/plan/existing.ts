import type { Desired } from '../cluster/desired.js'
import type { Observed } from '../cluster/observed.js'
import { blocked } from './blocked.js'
import { driftOf } from './drift.js'
import type { Evidence } from './evidence.js'
import type { Plan } from './plan.js'

/** The plan for a cluster that exists: nothing where it is as asked for, else every difference. */
export const planExisting = (
  desired: Desired,
  observed: Observed,
  now: Date,
  evidence: readonly Evidence[],
): Plan => {
  const differences = driftOf(desired, observed, now)
  if (differences.length > 0) {
    return blocked('the existing cluster differs from what is asked for', { differences })
  }
  const what = describeCluster(desired)
  // A run died while it took the markers away: the rest of them would pass for an unfinished bootstrap one day.
  const marked = evidence.some(({ kind }) => kind === 'started' || kind === 'marked')
  return marked
    ? { ...NOTHING, kind: 'bootstrap', summary: `finish the bootstrap of ${what}: all of them are started` }
    : { ...NOTHING, kind: 'none', summary: `nothing to change: ${runs(desired, observed)}` }
}

/** "3 members with etcd 3.6.14" */
export const describeCluster = ({ members, release }: Desired): string =>
  `${members.length} ${members.length === 1 ? 'member' : 'members'} with etcd ${release.version}`

const NOTHING = { steps: [], differences: [], findings: [] } as const

const runs = (desired: Desired, { cluster }: Observed): string =>
  `${cluster ? `cluster ${cluster.clusterId} has` : 'the hosts have'} ${describeCluster(desired)} as asked for`
