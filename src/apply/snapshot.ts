import { adviceOnRefusal } from '../cluster/authentication.js'
import type { SnapshotPolicy } from '../cluster/desired.js'
import type { StatusEntry } from '../cluster/answers.js'
import { endpointHealth, snapshotSave, type EtcdctlAccess, type EtcdctlCommand } from '../etcd/etcdctl.js'
import { answerOf, healthAnswer } from '../etcd/outcome.js'
import { parseSnapshotStatus, snapshotName, snapshotPrefix, snapshotStatus } from '../etcd/snapshot.js'
import { Failure } from '../failure.js'
import { etcdctlOn } from '../host/etcdctl.js'
import { discardSnapshot, keepSnapshot, prepareSnapshot } from '../host/snapshot.js'
import type { HostSession } from '../ssh/port.js'

export interface SnapshotSource {
  /** The member's own host; the snapshot stays there. */
  readonly session: HostSession
  /** To that member's endpoint, with the tools of the release that runs. */
  readonly access: EtcdctlAccess
  readonly binDir: string
  /** What the member says of itself. */
  readonly status: Pick<StatusEntry, 'clusterId' | 'dbSize' | 'version'>
}

/** A snapshot that etcd's own tool has read through. */
export interface Snapshot {
  readonly member: string
  /** On the member's host. */
  readonly path: string
  /** Lower-case hex of the file. */
  readonly sha256: string
  /** Decimal text. */
  readonly revision: string
  /** Bytes. */
  readonly size: number
  /** Of the keys in it, hex. */
  readonly hash: string
  readonly totalKeys: number
}

/** Slower than this a disk counts as stalled, in bytes a second. */
const SLOWEST_SAVE = 1_000_000
const LEAST_SAVE_MS = 60_000

const UNTOUCHED = 'no member was touched'

/** A linearizable read through the member: it has applied all that was committed before, so that its snapshot holds it. */
const mustBeHealthy = async (session: HostSession, access: EtcdctlAccess): Promise<void> => {
  const { argv, timeoutMs } = endpointHealth(access)
  const answer = healthAnswer(await etcdctlOn(session)(argv, timeoutMs), access.endpoint)
  if (answer.ok && answer.value.healthy) return
  const why = answer.ok ? [answer.value.error, answer.value.cause].filter(Boolean).join(': ') : answer.reason
  throw new Failure({
    what: 'cannot take a snapshot: its member is not healthy',
    where: session.member,
    why,
    state: UNTOUCHED,
    next: 'bring that member back, then run again',
    member: session.member,
  })
}

/**
 * Saves a snapshot of a healthy member on its own host, checks it with etcd's tool and keeps the newest `keep` of this cluster there.
 * Throws Failure, also where there is no room; nothing unfinished is left then.
 */
export const takeSnapshot = async (
  { session, access, binDir, status }: SnapshotSource,
  { dir, keep }: Pick<SnapshotPolicy, 'dir' | 'keep'>,
  now: Date,
): Promise<Snapshot> => {
  await mustBeHealthy(session, access)
  const saved = await prepareSnapshot(session, dir, status.dbSize)
  const tool = async <T>(
    what: string,
    { argv, timeoutMs }: EtcdctlCommand,
    read: (out: string) => T,
  ): Promise<T> => {
    const answer = answerOf(await etcdctlOn(session)(argv, timeoutMs), read)
    if (answer.ok) return answer.value
    throw new Failure({
      what,
      where: session.member,
      why: answer.reason,
      state: UNTOUCHED,
      next: adviceOnRefusal(answer.reason) ?? 'look at the disk and the journal there, then run again',
    })
  }
  try {
    const commandTimeoutMs = LEAST_SAVE_MS + Math.ceil((status.dbSize / SLOWEST_SAVE) * 1000)
    await tool(
      'cannot save a snapshot',
      snapshotSave({ ...access, commandTimeoutMs }, saved),
      () => undefined,
    )
    const { revision, hash, totalKeys } = await tool(
      'the snapshot cannot be read back',
      snapshotStatus(binDir, status.version, saved),
      parseSnapshotStatus,
    )
    const prefix = snapshotPrefix(status.clusterId)
    const name = snapshotName(status.clusterId, now, revision)
    const { path, sha256, size } = await keepSnapshot(session, { dir, saved, name, prefix, keep })
    return { member: session.member, path, sha256, revision, size, hash, totalKeys }
  } catch (error) {
    await discardSnapshot(session, saved)
    throw error
  }
}
