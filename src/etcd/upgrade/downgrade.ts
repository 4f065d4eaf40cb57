import { HOPS, SOUND } from './rules.js'
import { minorOf } from '../../cluster/version.js'
import type { MemberVersion, UpgradeJudgement } from './judgement.js'

/**
 * A way back to an earlier minor. etcd 3.6 and later can do it once told to: `etcdctl downgrade enable` makes every member write
 * its data in the older form, which is then their storage version (etcd.io docs/v3.6/downgrades). Without it, the older
 * binary cannot read the data.
 */
export const judgeDowngrade = (members: readonly MemberVersion[], to: string): UpgradeJudgement => {
  const target = minorOf(to)
  const from = [...new Set(members.map(({ version }) => minorOf(version)))].join(', ')
  const before = HOPS.find((hop) => hop.to === from)?.from
  if (target === '3.4' || target === '3.3') {
    return {
      ok: false,
      reason: `etcd cannot go back from ${from} to ${target}`,
      path: [],
      next: 'restore a snapshot that was taken before the upgrade into a new cluster',
    }
  }
  if (before !== undefined && before !== target) {
    return {
      ok: false,
      reason: `etcd goes back one minor version at a time, and ${from} to ${target} skips ${before}`,
      path: [],
      next: `go back to ${SOUND[before] ?? before} first: ${wayTo(before)}`,
    }
  }
  const ready = members.every(
    ({ storageVersion = '', downgradeTo = '' }) =>
      minorOf(storageVersion) === target && minorOf(downgradeTo) === target,
  )
  if (ready) {
    return {
      ok: true,
      minor: false,
      notes: [`the cluster was told to go back to ${target}, and its data is ready for it`],
    }
  }
  return {
    ok: false,
    reason: `the data of ${from} cannot be read by ${target} until etcd was told to go back`,
    path: [],
    next: wayTo(target),
  }
}

const wayTo = (minor: string): string =>
  `run etcdctl downgrade validate ${minor} and etcdctl downgrade enable ${minor} on a member, wait until etcdctl endpoint status shows the ` +
  `storage version ${minor}.0 for every member, then run this again`
