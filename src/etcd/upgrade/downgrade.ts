import { minorOf } from './rules.js'
import type { MemberVersion, UpgradeJudgement } from './judge.js'

/**
 * A way back to an earlier minor. etcd 3.6 and later can do it once told to: `etcdctl downgrade enable` makes every member write
 * its data in the older form, which is then their storage version (etcd.io docs/v3.6/downgrades). Without it, the older
 * binary cannot read the data.
 */
export const judgeDowngrade = (members: readonly MemberVersion[], to: string): UpgradeJudgement => {
  const target = minorOf(to)
  const from = [...new Set(members.map(({ version }) => minorOf(version)))].join(', ')
  if (target === '3.4' || target === '3.3') {
    return {
      ok: false,
      reason: `etcd cannot go back from ${from} to ${target}; restore a snapshot that was taken before the upgrade into a new cluster`,
      path: [],
    }
  }
  const ready = members.every(({ storageVersion = '' }) => minorOf(storageVersion) === target)
  if (ready) {
    return {
      ok: true,
      minor: false,
      notes: [`the cluster was told to go back to ${target}, and its data is ready for it`],
    }
  }
  return {
    ok: false,
    reason:
      `etcd goes back from ${from} to ${target} only after etcdctl downgrade validate ${target} and etcdctl downgrade enable ` +
      `${target}, one minor version at a time, once the storage version of every member is ${target}.0`,
    path: [],
  }
}
