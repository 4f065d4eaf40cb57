import { alarmAdvice, describeAlarm } from '../../cluster/alarms.js'
import type { Desired } from '../../cluster/desired.js'
import type { ClusterObserved } from '../../cluster/observed.js'
import { isNearQuota } from '../../cluster/quota.js'
import { quotaOf } from '../../etcd/flags.js'
import type { Finding } from '../plan.js'

/**
 * Alarms that are raised, each with the member that raised it. No member is restarted under one: with NOSPACE the cluster takes no
 * writes, so that nothing can be proven of a restarted member, and with CORRUPT nobody knows whose data is right.
 */
export const alarmFindings = (cluster: ClusterObserved | undefined): readonly Finding[] =>
  (cluster?.alarms ?? []).map((entry) => ({
    member: entry.memberId === '' ? 'the cluster' : nameIn(cluster, entry.memberId),
    problem: `has raised ${describeAlarm(entry)}`,
    next: alarmAdvice(entry.alarm),
  }))

const nameIn = (cluster: ClusterObserved | undefined, memberId: string): string =>
  cluster?.members.find(({ id }) => id === memberId)?.name || memberId

/** Members whose database is near the quota that is asked for, which the first gate of a roll would stop at. */
export const quotaFindings = (
  desired: Pick<Desired, 'etcd'>,
  cluster: ClusterObserved | undefined,
): readonly Finding[] => {
  const quota = quotaOf(desired) ?? 0
  return (cluster?.statuses ?? [])
    .filter(({ dbSize = 0 }) => isNearQuota(dbSize, quota))
    .map(({ member, dbSize }) => ({
      member,
      problem: `its database holds ${dbSize} bytes, 80 % or more of the quota of ${quota} bytes`,
      next: 'compact and defragment it, or raise --quota-backend-bytes in etcd-args',
    }))
}
