import type { V2Fact } from '../cluster/observed.js'
import { toolPath } from '../cluster/places.js'
import type { EtcdctlCommand, EtcdctlResult } from './etcdctl.js'
import { reasonOf } from './outcome.js'

/** The log of a member is read from its latest raft snapshot on; a big one on a slow disk takes its time. */
const CHECK_TIMEOUT_MS = 60_000

/** Where a member keeps its data, and the tools of the release it runs; `walDir` empty: inside `dataDir`. */
export interface V2Places {
  readonly binDir: string
  readonly dataDir: string
  readonly walDir: string
}

/**
 * `etcdutl check v2store`: is there anything of the v2 API that 3.6 would not start on? It only reads, and the member may run
 * meanwhile. Early releases of 3.5 lack it, and before 3.5.32 it does not read the log (etcd CHANGELOG-3.5).
 */
export const checkV2Store = ({ binDir, dataDir, walDir }: V2Places): EtcdctlCommand => ({
  argv: [
    toolPath({ binDir }, 'etcdutl'),
    'check',
    'v2store',
    `--data-dir=${dataDir}`,
    ...(walDir === '' ? [] : [`--wal-dir=${walDir}`]),
  ],
  timeoutMs: CHECK_TIMEOUT_MS,
})

/** What `checkV2Store` found. */
export const parseV2Check = (result: EtcdctlResult): Omit<V2Fact, 'member'> => {
  if (result.code !== 0) {
    const reason = reasonOf(result)
    if (/unknown command/.test(reason)) return { kind: 'unknown', reason: 'its etcdutl has no check v2store' }
    return { kind: /detected custom/.test(reason) ? 'found' : 'unknown', reason }
  }
  const said = result.stdout.trim()
  if (/^No custom content found in both v2store and WAL/m.test(said)) return { kind: 'none', reason: '' }
  if (/^No custom content found/m.test(said)) {
    return { kind: 'unread-log', reason: 'its etcdutl looks at the store only, not at the log' }
  }
  return { kind: 'unknown', reason: said.split('\n')[0] || 'its etcdutl said nothing' }
}
