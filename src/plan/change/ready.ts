import type { Desired } from '../../cluster/desired.js'
import type { Observed } from '../../cluster/observed.js'
import type { Work, WorkOnHost } from '../checks/check.js'
import { findingsFor, restartFindings, restartNotes } from '../checks/checks.js'
import { storageNotes } from '../checks/mounts.js'
import { describeFinding } from '../blocked.js'
import type { Finding } from '../plan.js'
import type { MemberChange } from './member.js'

export interface Readiness {
  /** Why what is planned may not begin. */
  readonly findings: readonly Finding[]
  /** What stops nothing now. */
  readonly notes: readonly string[]
}

/** Are the hosts, and the cluster, ready for these changes? `snapshotOn`: the member whose snapshot is taken before. */
export const judgeReadiness = (
  desired: Desired,
  observed: Observed,
  changes: readonly MemberChange[],
  snapshotOn: MemberChange | undefined,
): Readiness => {
  const restarts = changes.some(({ parts }) => parts.size > 0)
  const hosts = changes.map((change) => ({
    change,
    of: workOn(desired, observed, change, change === snapshotOn),
  }))
  const cluster = restartFindings(desired, observed)
  return {
    findings: [
      ...hosts.flatMap(({ change: { member }, of }) =>
        findingsFor(of).map((finding) => ({ member: member.name, ...finding })),
      ),
      ...(restarts ? cluster : []),
    ],
    notes: [
      ...(restarts
        ? []
        : cluster.map((finding) => `no member is restarted while this is so: ${describeFinding(finding)}`)),
      ...hosts.flatMap(({ change: { member, host }, of }) => [
        ...restartNotes(of).map(
          (problem) => `${member.name}: ${problem}, which would stop a restart of its member`,
        ),
        ...storageNotes(host, desired.layout),
      ]),
    ],
  }
}

const workOn = (
  desired: Desired,
  observed: Observed,
  { member, host, parts, tools, renew, correct }: MemberChange,
  isSnapshotTaken: boolean,
): WorkOnHost => {
  const works: readonly Work[] = [
    ...(parts.size > 0 ? (['restart'] as const) : []),
    ...(parts.has('release') || tools.length > 0 ? (['install'] as const) : []),
    ...(renew.length > 0 ? (['renew'] as const) : []),
    ...(correct.length > 0 ? (['correct'] as const) : []),
  ]
  const dbSize = observed.cluster?.statuses?.find((status) => status.member === member.name)?.dbSize ?? 0
  return {
    desired,
    observed,
    host,
    works: new Set(works),
    ...(isSnapshotTaken ? { snapshotOf: dbSize } : {}),
  }
}
