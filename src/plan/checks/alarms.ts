import { alarmAdvice, alarmMeaning } from '../../cluster/alarms.js'
import type { ClusterObserved } from '../../cluster/observed.js'
import type { Finding } from '../plan.js'

/**
 * Alarms that are raised, each with the member that raised it. No member is restarted under one: with NOSPACE the cluster takes no
 * writes, so that nothing can be proven of a restarted member, and with CORRUPT nobody knows whose data is right.
 */
export const alarmFindings = (cluster: ClusterObserved | undefined): readonly Finding[] =>
  (cluster?.alarms ?? []).map(({ memberId, alarm }) => ({
    member: cluster?.members.find(({ id }) => id === memberId)?.name || memberId,
    problem: [`has raised the alarm ${alarm}`, alarmMeaning(alarm)].filter(Boolean).join(': '),
    next: alarmAdvice(alarm),
  }))
