import { parseVersion } from '../cluster/version.js'
import { toolPath } from '../cluster/places.js'
import type { EtcdctlCommand } from './etcdctl.js'
import { decimalOf, isFields, numberOf, parseExactJson, unreadable } from './exact-json.js'

/** What a snapshot file holds, as etcd's own tool reads it; it checks the file's structure on the way. */
export interface SnapshotStatus {
  /** Of the keys, hex without leading zeros, as etcd's table prints it. */
  readonly hash: string
  /** Decimal text (64-bit). */
  readonly revision: string
  readonly totalKeys: number
  /** Bytes. */
  readonly totalSize: number
}

/** A full check reads the whole file; big ones on slow disks take their time. */
const STATUS_TIMEOUT_MS = 300_000

/**
 * `snapshot status` of a file, with the tool that the release has for it: etcdutl since 3.5, etcdctl before (3.6 took it out of
 * etcdctl). `version` of the tools in `binDir`.
 */
export const snapshotStatus = (binDir: string, version: string, path: string): EtcdctlCommand => {
  const { major = 3, minor = 5 } = parseVersion(version) ?? {}
  const tool = major > 3 || minor >= 5 ? 'etcdutl' : 'etcdctl'
  return {
    argv: [toolPath({ binDir }, tool), '--write-out=json', 'snapshot', 'status', path],
    timeoutMs: STATUS_TIMEOUT_MS,
  }
}

/** Throws Failure where the tool wrote something else. */
export const parseSnapshotStatus = (stdout: string): SnapshotStatus => {
  const reply = parseExactJson(stdout, 'snapshot status')
  if (!isFields(reply) || reply['totalSize'] === undefined) throw unreadable('snapshot status', stdout)
  return {
    hash: BigInt(decimalOf(reply['hash'])).toString(16),
    revision: decimalOf(reply['revision']),
    totalKeys: numberOf(reply['totalKey']) ?? 0,
    totalSize: numberOf(reply['totalSize']) ?? 0,
  }
}

/** `etcd-CLUSTERID-20261123T091500Z-rev42.db`: sorted by name, a cluster's snapshots are sorted by time. */
export const snapshotName = (clusterId: string, at: Date, revision: string): string =>
  `${snapshotPrefix(clusterId)}${at.toISOString().replace(/[-:]|\.\d+/g, '')}-rev${revision}.db`

/** How the names of a cluster's snapshots begin; then comes the time. */
export const snapshotPrefix = (clusterId: string): string => `etcd-${clusterId}-`
