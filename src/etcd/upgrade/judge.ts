import type { UpgradeFacts } from '../../cluster/observed.js'
import { compareVersions, parseVersion, minorOf } from '../../cluster/version.js'
import { judgeDowngrade } from './downgrade.js'
import { unknownFlags } from './flags.js'
import type { MemberVersion, UpgradeJudgement, UpgradeQuestion } from './judgement.js'
import { pathBetween } from './path.js'
import { BAD_RELEASES, type Hop, HOPS, SOUND } from './rules.js'
import { judgeV2 } from './v2.js'

/**
 * May a running cluster be brought to a release, by replacing one member's binary after the other? Members may run different
 * releases: a roll that was interrupted goes on, or is taken back as long as one member still has the old minor (etcd
 * server/etcdserver/version/monitor.go raises the cluster's version only when no member is below).
 */
export const judgeUpgrade = (question: UpgradeQuestion): UpgradeJudgement => {
  const { to, flags } = question
  const known = question.from.filter(({ version }) => parseVersion(version) !== undefined)
  const [oldest] = [...known].sort((a, b) => order(a.version, b.version))
  if (oldest === undefined) {
    return refuse('no member tells which version it runs', 'bring a member up that tells it, then run again')
  }
  const [clause] = unknownFlags(to, flags)
  if (clause !== undefined) return refuse(`etcd ${to} ${clause}`, 'set etcd-args so that it can be run')
  const told = known.find(
    ({ downgradeTo = '' }) => downgradeTo !== '' && minorOf(downgradeTo) !== minorOf(to),
  )
  if (told?.downgradeTo !== undefined) {
    return refuse(
      `etcd was told to go back to ${minorOf(told.downgradeTo)}, and the cluster does not leave that version until it is told otherwise`,
      `run etcdctl downgrade cancel, or set version to a release of ${minorOf(told.downgradeTo)}`,
    )
  }
  const leaving = known.filter(({ version }) => version !== to)
  if (leaving.length === 0) return { ok: true, minor: false, notes: [] }
  const bad = BAD_RELEASES.find(({ first, last }) => order(first, to) <= 0 && order(to, last) <= 0)
  if (bad?.refused === true) {
    return along(`etcd ${to} ${bad.why}`, pathBetween(oldest.version, SOUND[minorOf(to)] ?? to))
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
  { to, facts = {} }: UpgradeQuestion,
  known: readonly MemberVersion[],
  oldest: string,
): UpgradeJudgement => {
  const hop = HOPS.find(({ from }) => from === minorOf(oldest))
  const path = pathBetween(oldest, to)
  if (hop === undefined) {
    return refuse(
      `no rule is known for an upgrade from ${oldest} to ${to}`,
      'set version to a release that this action knows, or use a newer release of the action',
    )
  }
  if (hop.to !== minorOf(to)) {
    return along(`etcd is upgraded one minor version at a time, and ${oldest} to ${to} skips ${hop.to}`, path)
  }
  const old = known.filter(({ version }) => minorOf(version) === hop.from)
  const below = old.filter(({ version }) => order(version, hop.least) < 0)
  if (below.length > 0) {
    return along(
      `${below.map(({ member, version }) => `${member} runs ${version}`).join(', ')}, and ${hop.to} takes members from ` +
        `${hop.least} on only: ${hop.why}`,
      path,
    )
  }
  if (order(to, hop.landing) < 0) {
    return along(`etcd ${to} ${hop.landingWhy}`, pathBetween(oldest, SOUND[hop.to] ?? hop.landing))
  }
  if (hop.from === '3.4' && facts.authentication === true) return AUTHENTICATION
  const v2 = hop.from === '3.5' ? judgeV2(facts.v2 ?? [], old) : { notes: [] }
  if ('refusal' in v2) return refuse(v2.refusal, v2.next)
  return { ok: true, minor: true, notes: [...hopNotes(hop, to, old, facts), ...v2.notes] }
}

const hopNotes = (
  hop: Hop,
  to: string,
  old: readonly MemberVersion[],
  { authentication }: UpgradeFacts,
): readonly string[] => [
  `once the last member runs ${to}, none can go back to ${hop.from}`,
  ...(old.some(({ version }) => order(version, hop.advised) < 0) ? [hop.advice] : []),
  ...(hop.always === undefined ? [] : [hop.always]),
  ...(hop.from === '3.4' && authentication === undefined
    ? [
        'no member told whether authentication is switched on: it must not be, as 3.4 and 3.5 cannot run side by side then',
      ]
    : []),
]

const refuse = (reason: string, next: string): UpgradeJudgement => ({ ok: false, reason, path: [], next })

/** A refusal with the releases that lead there; where none do, another release has to be asked for. */
const along = (reason: string, path: readonly string[]): UpgradeJudgement => ({
  ...{ ok: false, reason, path },
  next:
    path.length > 1
      ? `go ${path.join(' -> ')}, one deploy each`
      : 'set version to a release that can be reached',
})

const AUTHENTICATION = refuse(
  'authentication is switched on, and etcd does not support 3.4 and 3.5 side by side then, as they write it to the log differently (etcd.io docs/v3.5/upgrades/upgrade_3_5)',
  'run etcdctl auth disable, deploy this version, then run etcdctl auth enable: users, roles and permissions stay; let no client in that must not see everything meanwhile',
)

const order = (a: string, b: string): number => {
  const [left, right] = [parseVersion(a), parseVersion(b)]
  return left === undefined || right === undefined ? 0 : compareVersions(left, right)
}
