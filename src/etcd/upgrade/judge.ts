import type { EtcdFlag } from '../../cluster/desired.js'
import { compareVersions, parseVersion } from '../../cluster/version.js'
import { judgeDowngrade } from './downgrade.js'
import { unknownFlags } from './flags.js'
import { pathBetween } from './path.js'
import { BAD_RELEASES, HOPS, minorOf, SOUND } from './rules.js'

/** The release that a member serves now. */
export interface MemberVersion {
  readonly member: string
  /** X.Y.Z; empty where it could not be told. */
  readonly version: string
  /** Of its data, X.Y.Z as 3.6 and later tell it; empty or absent where it does not. */
  readonly storageVersion?: string
}

export interface UpgradeQuestion {
  readonly from: readonly MemberVersion[]
  /** X.Y.Z. */
  readonly to: string
  /** What the members are to be started with. */
  readonly flags: readonly EtcdFlag[]
  /** Authentication is switched on; absent where it is not known. */
  readonly rbac?: boolean
  /** There is data of the v2 API; absent where it is not known. */
  readonly hasV2?: boolean
}

export type UpgradeJudgement =
  | {
      readonly ok: true
      /** It crosses a minor version upwards: once the last member is there, none can go back. */
      readonly minor: boolean
      readonly notes: readonly string[]
    }
  | {
      readonly ok: false
      /** One clause. */
      readonly reason: string
      /** Releases in order, the present one first, that lead to where it was to go; empty where no path is known. */
      readonly path: readonly string[]
    }

/**
 * May a running cluster be brought to a release, by replacing one member's binary after the other? Members may run different
 * releases: a roll that was interrupted goes on, or is taken back as long as one member still has the old minor (etcd
 * server/etcdserver/version/monitor.go raises the cluster's version only when no member is below).
 */
export const judgeUpgrade = (question: UpgradeQuestion): UpgradeJudgement => {
  const { to, flags } = question
  const known = question.from.filter(({ version }) => parseVersion(version) !== undefined)
  const [oldest] = [...known].sort((a, b) => order(a.version, b.version))
  if (oldest === undefined) return refuse('no member tells which version it runs', [])
  const [clause] = unknownFlags(to, flags)
  if (clause !== undefined) return refuse(`etcd ${to} ${clause}`, pathBetween(oldest.version, to))
  const leaving = known.filter(({ version }) => version !== to)
  if (leaving.length === 0) return { ok: true, minor: false, notes: [] }
  const bad = BAD_RELEASES.find(({ first, last }) => order(first, to) <= 0 && order(to, last) <= 0)
  if (bad?.refused === true) {
    return refuse(`etcd ${to} ${bad.why}`, pathBetween(oldest.version, SOUND[minorOf(to)] ?? to))
  }
  const judgement =
    minorOf(oldest.version) === minorOf(to)
      ? judgePatch(known, to)
      : order(oldest.version, to) > 0
        ? judgeDowngrade(known, to)
        : judgeHop(question, known, oldest.version)
  if (!judgement.ok || bad === undefined) return judgement
  return { ...judgement, notes: [...judgement.notes, `etcd ${to} ${bad.why}`] }
}

/** Within a minor, or back to the minor that some members never left. */
const judgePatch = (known: readonly MemberVersion[], to: string): UpgradeJudgement => {
  const ahead = known.filter(({ version }) => minorOf(version) !== minorOf(to))
  const newer = known.filter(({ version }) => minorOf(version) === minorOf(to) && order(version, to) > 0)
  const notes = [
    ...ahead.map(
      ({ member, version }) =>
        `${member} goes back from ${version}, which etcd allows only while another member still runs ${minorOf(to)}`,
    ),
    ...(newer.length === 0
      ? []
      : [
          `${newer.map(({ member }) => member).join(', ')} go${newer.length === 1 ? 'es' : ''} back from ${[
            ...new Set(newer.map(({ version }) => version)),
          ].join(', ')} to ${to}: fixes made in between are lost`,
        ]),
  ]
  return { ok: true, minor: false, notes }
}

const judgeHop = (
  { to, rbac, hasV2 }: UpgradeQuestion,
  known: readonly MemberVersion[],
  oldest: string,
): UpgradeJudgement => {
  const hop = HOPS.find(({ from }) => from === minorOf(oldest))
  const path = pathBetween(oldest, to)
  if (hop === undefined) return refuse(`no rule is known for an upgrade from ${oldest} to ${to}`, [])
  if (hop.to !== minorOf(to)) {
    return refuse(
      `etcd is upgraded one minor version at a time, and ${oldest} to ${to} skips ${hop.to}`,
      path,
    )
  }
  const old = known.filter(({ version }) => minorOf(version) === hop.from)
  const below = old.filter(({ version }) => order(version, hop.least) < 0)
  if (below.length > 0) {
    return refuse(
      `${below.map(({ member, version }) => `${member} runs ${version}`).join(', ')}, and ${hop.to} takes members from ` +
        `${hop.least} on only: ${hop.why}`,
      path,
    )
  }
  if (order(to, hop.landing) < 0) {
    return refuse(`etcd ${to} ${hop.landingWhy}`, pathBetween(oldest, SOUND[hop.to] ?? hop.landing))
  }
  if (hop.from === '3.4' && rbac === true) {
    return refuse(
      'authentication is switched on, and the log of 3.4 with it cannot be read by 3.5 while both run (etcd.io upgrade_3_5): ' +
        'switch it off for the upgrade, or restore a snapshot into a new cluster',
      [],
    )
  }
  if (hop.from === '3.5' && hasV2 === true) {
    return refuse(
      'there is data of the v2 API, with which etcd 3.6 does not start: remove it, and check with etcdutl check v2store of 3.5',
      [],
    )
  }
  const unadvised = old.some(({ version }) => order(version, hop.advised) < 0)
  return {
    ok: true,
    minor: true,
    notes: [
      `once the last member runs ${to}, none can go back to ${hop.from}`,
      ...(unadvised ? [hop.advice] : []),
      ...(hop.from === '3.4' && rbac === undefined
        ? ['it must not have authentication switched on: 3.4 and 3.5 cannot run side by side then']
        : []),
      ...(hop.from === '3.5' && hasV2 === undefined
        ? [
            'where --enable-v2 was ever used, check with etcdutl check v2store of 3.5 first: 3.6 does not start on such data',
          ]
        : []),
    ],
  }
}

const refuse = (reason: string, path: readonly string[]): UpgradeJudgement => ({ ok: false, reason, path })

const order = (a: string, b: string): number => {
  const [left, right] = [parseVersion(a), parseVersion(b)]
  return left === undefined || right === undefined ? 0 : compareVersions(left, right)
}
