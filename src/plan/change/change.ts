import type { Desired } from '../../cluster/desired.js'
import type { Observed } from '../../cluster/observed.js'
import { memberFlags } from '../../etcd/flags.js'
import { judgeUpgrade } from '../../etcd/upgrade/judge.js'
import { blocked } from '../blocked.js'
import { sha256 } from '../digest.js'
import { describeCluster } from '../existing.js'
import { membershipDifferences } from '../membership.js'
import type { FileChange, Finding, Plan, PlanOptions, UpgradePlan } from '../plan.js'
import { wantedUnit } from '../unit.js'
import { diffLines } from './diff.js'
import { type MemberChange, memberChange } from './member.js'
import { judgeQuorum } from './quorum.js'
import { snapshotToolFindings } from './snapshot-tool.js'
import { changeSteps, snapshotMember } from './steps.js'
import { summaryOf } from './summary.js'
import { judgeTrust } from './trust.js'

/**
 * The plan that makes an existing cluster what is asked for: nothing where it is so, else the fewest steps, with restarts one
 * member at a time; blocked where a roll cannot or may not do it, with every reason. Pure.
 */
export const planChange = (desired: Desired, observed: Observed, { now }: PlanOptions): Plan => {
  const trust = judgeTrust(desired, observed.hosts)
  const changes = desired.members.map((member) => memberChange(desired, observed, member, { trust, now }))
  const rolling = changes.filter(({ parts }) => parts.size > 0)
  const findings = [
    ...membershipFindings(desired, observed),
    ...changes.flatMap((change) =>
      change.findings.map((finding) => ({ member: change.member.name, ...finding })),
    ),
    ...trust.findings,
  ]
  if (findings.length > 0) {
    return blocked(
      'the cluster differs from what is asked for in what restarting its members cannot change',
      {
        findings,
      },
    )
  }
  const judgement = rolling.length === 0 ? undefined : judge(desired, observed, changes)
  if (judgement?.ok === false) {
    const { reason, next } = judgement
    return blocked('the members cannot be restarted on what is asked for', {
      findings: [{ member: 'version', problem: reason, next }],
    })
  }
  const { quorum, findings: unsafe } = judgeQuorum(desired, observed, changes, rolling)
  if (rolling.length > 0 && unsafe.length > 0) {
    return blocked('restarting members now is not safe', { findings: unsafe })
  }
  const upgrade = upgradeOf(desired, rolling, changes, judgement?.ok === true && judgement.minor)
  const snapshotOn =
    rolling.length === 0 ? undefined : snapshotMember(desired, changes, upgrade !== undefined)
  const unread = snapshotOn === undefined ? [] : snapshotToolFindings(desired, snapshotOn)
  if (unread.length > 0) {
    return blocked('the snapshot that is asked for could not be read back', {
      findings: unread.map((finding) => ({ member: snapshotOn?.member.name ?? '', ...finding })),
    })
  }
  const steps = changeSteps(changes, rolling, snapshotOn)
  const notes = [
    ...(judgement?.ok === true ? judgement.notes : []),
    ...trust.notes,
    ...changes.flatMap((change) => change.notes),
  ]
  const facts = {
    ...(observed.cluster === undefined ? {} : { clusterId: observed.cluster.clusterId }),
    ...(notes.length === 0 ? {} : { notes }),
  }
  if (steps.length === 0) return { ...unchanged(desired, observed), ...facts }
  const files = changes.flatMap((change) => fileChange(desired, change))
  return {
    kind: 'roll',
    steps,
    differences: [],
    findings: [],
    summary: summaryOf({ clusterId: observed.cluster?.clusterId, changes, rolling, upgrade }),
    ...facts,
    ...(rolling.length === 0 ? {} : { quorum }),
    ...(upgrade === undefined ? {} : { upgrade }),
    ...(files.length === 0 ? {} : { files }),
  }
}

const NOTHING = { steps: [], differences: [], findings: [] } as const

const unchanged = (desired: Desired, { hosts, cluster }: Observed): Plan => {
  const what = describeCluster(desired)
  // A run died while it took the markers away: the rest of them would pass for an unfinished bootstrap one day.
  return hosts.some(({ bootstrapMarker }) => bootstrapMarker !== undefined)
    ? { ...NOTHING, kind: 'bootstrap', summary: `finish the bootstrap of ${what}: all of them are started` }
    : {
        ...NOTHING,
        kind: 'none',
        summary: `nothing to change: ${cluster ? `cluster ${cluster.clusterId} has` : 'the hosts have'} ${what} as asked for`,
      }
}

const membershipFindings = (desired: Desired, { cluster }: Observed): readonly Finding[] =>
  cluster === undefined
    ? []
    : membershipDifferences(desired, cluster).map(({ member, detail }) => ({
        member,
        problem: detail,
        next: 'make hosts say what the cluster is, or change its members with etcdctl member: restarting members does not',
      }))

const judge = (desired: Desired, { cluster, upgrade }: Observed, changes: readonly MemberChange[]) => {
  const [first] = desired.members
  return judgeUpgrade({
    from: changes.map(({ member, version }) => ({
      ...cluster?.statuses?.find((status) => status.member === member.name),
      ...{ member: member.name, version },
    })),
    facts: upgrade,
    to: desired.release.version,
    flags: first === undefined ? [] : memberFlags(desired, first, { initialClusterState: 'new' }),
  })
}

const upgradeOf = (
  { release }: Desired,
  rolling: readonly MemberChange[],
  changes: readonly MemberChange[],
  minor: boolean,
): UpgradePlan | undefined =>
  rolling.some(({ version }) => version !== release.version)
    ? {
        from: changes.map(({ member, version }) => ({ member: member.name, version })),
        to: release.version,
        minor,
      }
    : undefined

const fileChange = (desired: Desired, { member, host, unit }: MemberChange): readonly FileChange[] => {
  if (unit.kind === 'same') return []
  const [before, after] = [host.service.unit?.text, wantedUnit(desired, member)]
  return [
    {
      member: member.name,
      path: `/etc/systemd/system/${desired.layout.serviceName}.service`,
      before: before === undefined ? '' : sha256(before),
      after: sha256(after),
      diff: diffLines(before ?? '', after),
    },
  ]
}
