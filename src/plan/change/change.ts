import { clusterNamed } from '../../cluster/named.js'
import { type Desired, describeCluster } from '../../cluster/desired.js'
import type { Observed } from '../../cluster/observed.js'
import { unitPath } from '../../cluster/places.js'
import { memberFlags } from '../../etcd/flags.js'
import { judgeUpgrade } from '../../etcd/upgrade/judge.js'
import { blocked } from '../blocked.js'
import { sha256 } from '../digest.js'
import { environmentSaid } from '../environment/notes.js'
import { othersNotes } from '../found/notes.js'
import { membershipDifferences } from '../membership.js'
import type { FileChange, Finding, Plan, PlanOptions, UpgradePlan } from '../plan.js'
import { riskWarnings } from '../risks.js'
import { diffLines } from './diff.js'
import { linkFindings, proxyWarnings } from './links.js'
import { type MemberChange, memberChange } from './member.js'
import { judgeQuorum } from './quorum.js'
import { judgeReadiness } from './ready.js'
import { snapshotToolFindings } from './snapshot-tool.js'
import { changeSteps, firstSteps, snapshotMember } from './steps.js'
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
  const { quorum, held, findings: down } = judgeQuorum(desired, observed, changes, rolling)
  const first = !held && comesFirst(changes)
  const versionChanges = rolling.some(({ version }) => version !== desired.release.version)
  const snapshotOn =
    first || rolling.length === 0 ? undefined : snapshotMember(desired, changes, versionChanges)
  const ready = judgeReadiness(desired, observed, first ? changes.map(firstOf) : changes, snapshotOn)
  if (ready.findings.length > 0) {
    return blocked('the hosts are not ready for what is asked for', { findings: ready.findings })
  }
  if (first) {
    return {
      ...NOTHING,
      kind: 'roll',
      steps: firstSteps(changes),
      summary: summaryOf({
        clusterId: observed.cluster?.clusterId,
        changes: changes.map(firstOf),
        rolling: [],
        upgrade: undefined,
      }),
      notes: [...trust.notes, ...changes.flatMap((change) => change.notes), ...ready.notes, LOOK_AGAIN],
      first: true,
    }
  }
  const judgement = rolling.length === 0 ? undefined : judge(desired, observed, changes)
  if (judgement?.ok === false) {
    const { reason, next } = judgement
    return blocked('the members cannot be restarted on what is asked for', {
      findings: [{ member: 'version', problem: reason, next }],
    })
  }
  const mending = changes.filter(
    ({ mendsLinks, cutOff, down: isDown, parts, renew }) =>
      mendsLinks || cutOff || (isDown && parts.size + renew.length > 0),
  )
  const cut = linkFindings(
    desired,
    observed,
    mending.map(({ member }) => member.name),
  )
  const unsafe = [...down, ...cut]
  const renewing = changes.some(({ renew }) => renew.length > 0)
  if ((rolling.length > 0 || renewing) && unsafe.length > 0) {
    const what = rolling.length > 0 ? 'restarting members' : 'exchanging certificates'
    return blocked(`${what} now is not safe`, { findings: unsafe })
  }
  const upgrade = upgradeOf(desired, rolling, changes, judgement?.ok === true && judgement.minor)
  const unread = snapshotOn === undefined ? [] : snapshotToolFindings(desired, snapshotOn)
  if (unread.length > 0) {
    return blocked('the snapshot that is asked for could not be read back', {
      findings: unread.map((finding) => ({ member: snapshotOn?.member.name ?? '', ...finding })),
    })
  }
  const steps = changeSteps(changes, rolling, snapshotOn)
  const said = environmentSaid(desired, observed)
  const notes = [
    ...(judgement?.ok === true ? judgement.notes : []),
    ...trust.notes,
    ...changes.flatMap((change) => change.notes),
    ...ready.notes,
    ...said.notes,
    ...othersNotes(desired, observed),
  ]
  const warnings = [
    ...said.warnings,
    ...observed.hosts.flatMap((host) => riskWarnings(desired, host)),
    ...changes.flatMap((change) => change.warnings),
    ...desired.members.flatMap((member) => proxyWarnings(desired, observed, member)),
    ...(rolling.length > 0 ? [] : cut.map(({ member, problem, next }) => `${member} ${problem}: ${next}`)),
  ]
  const facts = {
    ...(observed.cluster?.clusterId ? { clusterId: observed.cluster.clusterId } : {}),
    ...(notes.length === 0 ? {} : { notes }),
    ...(warnings.length === 0 ? {} : { warnings }),
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

/** What of a change is done where there is no quorum: nothing is restarted, and only what is cut off gets another pair. */
const firstOf = (change: MemberChange): MemberChange => ({
  ...change,
  parts: new Map(),
  renew: change.cutOff ? change.renew : [],
})

const LOOK_AGAIN = 'no quorum is there: what else differs is planned once the members above are back'

/** Without a quorum nothing is possible before members have pairs again that others take, and tools to be asked with. */
const comesFirst = (changes: readonly MemberChange[]): boolean =>
  changes.some(({ cutOff }) => cutOff) ||
  (changes.some(({ renew }) => renew.length > 0) && changes.some(({ tools }) => tools.length > 0))

const NOTHING = { steps: [], differences: [], findings: [] } as const

const unchanged = (desired: Desired, { hosts, cluster }: Observed): Plan => {
  const what = describeCluster(desired)
  // A run died while it took the markers away: the rest of them would pass for an unfinished bootstrap one day.
  return hosts.some(({ bootstrapMarker }) => bootstrapMarker !== undefined)
    ? { ...NOTHING, kind: 'bootstrap', summary: `finish the bootstrap of ${what}: all of them are started` }
    : {
        ...NOTHING,
        kind: 'none',
        summary: `nothing to change: ${cluster ? `${clusterNamed(cluster.clusterId)} has` : 'the hosts have'} ${what} as asked for`,
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
    flags: first === undefined ? [] : memberFlags(desired, first),
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

const fileChange = (
  desired: Desired,
  { member, host, unit, wanted: after }: MemberChange,
): readonly FileChange[] => {
  if (unit.kind === 'same') return []
  const before = host.service.unit?.text
  return [
    {
      member: member.name,
      path: unitPath(desired.layout),
      before: before === undefined ? '' : sha256(before),
      after: sha256(after),
      diff: diffLines(before ?? '', after),
    },
  ]
}
