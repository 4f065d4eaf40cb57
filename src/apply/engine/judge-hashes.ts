import { PASSED, type Verdict } from './judge-member.js'
import type { ClusterView, KvHash } from './port.js'
import { memberOf } from './view.js'

/**
 * Do members hold the same data? Only those of one version are compared, as what goes into the hash differs between minors, and only
 * at one compact revision: where that differs, a compaction is under way and one has to ask again (etcd
 * tests/robustness/client/kvhash.go).
 */
export const judgeHashes = (hashes: readonly KvHash[], view: ClusterView): Verdict => {
  const firsts = new Map<string, KvHash>()
  for (const hash of hashes) {
    const version = memberOf(view, hash.member)?.status?.version ?? ''
    const first = firsts.get(version)
    firsts.set(version, first ?? hash)
    if (!first) continue
    const differ = (what: string, final: boolean): Verdict => ({
      ok: false,
      member: hash.member,
      reason: `its ${what} differs from that of ${first.member}`,
      final,
    })
    if (hash.compactRevision !== first.compactRevision) return differ('compact revision', false)
    if (hash.hash !== first.hash) return differ('data (HashKV at one revision)', true)
  }
  return PASSED
}
