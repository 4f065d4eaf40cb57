import type { DirectoryFact } from '../../cluster/observed.js'
import { snapshotRoom } from '../../cluster/snapshot-room.js'
import type { Work, WorkOnHost } from './check.js'

/** A directory that a work writes to, and the room it takes there. */
export interface Place {
  readonly path: string
  readonly fact: DirectoryFact
  readonly bytes: number
  readonly inodes: number
  /** What takes it, where that is not plain; else empty. */
  readonly why: string
}

const MIB = 1024 * 1024

/** Three binaries of up to 80 MiB unpacked and their archive of up to 30; an upgrade later keeps the old ones beside them. */
const RELEASE = 200 * MIB
/** Two log segments of 64 MB that are allocated at once, the database, snapshots: the least a small cluster lives with. */
const NEW_DATA = 512 * MIB
/** The log keeps five segments of 64 MB unless told otherwise. */
const NEW_LOG = 320 * MIB
/**
 * At each start etcd cuts the log's last segment off where it ends and allocates it again to 64 MB, and the one after it beside it
 * (server/storage/wal/wal.go SegmentSizeBytes, ReadAll with fileutil.ZeroToEnd, file_pipeline.go); where either fails it ends.
 */
const LOG_AT_START = 128 * MIB
/** The database grows by 16 MiB at a time (bbolt db.go AllocSize), and a snapshot of the store is written every `snapshot-count` entries. */
const DATA_AT_START = 64 * MIB
/** Certificates, units and small scratch files. */
const SMALL = MIB
/** A key and a certificate, each written beside the one that it replaces. */
const PAIR = 64 * 1024

const FEW_FILES = 16

const START = 'at each start etcd allocates two segments of its log, 64 MB each, before it serves'

/** Every place that the works on a host write to, with the room that all of them together take there. */
export const neededFor = (of: WorkOnHost): readonly Place[] => {
  const { desired, host, works, snapshotOf } = of
  const { layout, snapshot } = desired
  const does = (...any: readonly Work[]): boolean => any.some((work) => works.has(work))
  const small = does('found', 'restart') ? SMALL : does('renew', 'install') ? PAIR : 0
  const files = does('found', 'restart', 'renew', 'install') ? FEW_FILES : 0
  const place = (
    path: string,
    fact: DirectoryFact | undefined,
    isUsed: boolean,
    bytes: number,
    inodes = files,
    why = '',
  ): readonly Place[] => (fact === undefined || !isUsed ? [] : [{ path, fact, bytes, inodes, why }])
  const { data, log } = dataOf(of)
  const why = does('restart') ? START : ''
  const inOne = host.walDir === undefined
  return [
    ...place(layout.binDir, host.binDir, does('found', 'install'), does('install') ? RELEASE : 0),
    ...place(layout.caDir, host.caDir, does('found', 'restart', 'renew', 'correct'), small),
    ...place('the directory of systemd units', host.unitDir, does('found', 'restart', 'correct'), small),
    ...place(
      'the directory for temporary files',
      host.tempDir,
      does('found', 'restart', 'renew', 'install'),
      small,
    ),
    ...place('the directory of our own notes', host.stateDir, does('found', 'restart'), small),
    ...place(
      layout.dataDir,
      host.dataDir,
      does('found', 'restart', 'correct'),
      inOne ? data + log : data,
      files,
      inOne ? why : '',
    ),
    ...place(layout.walDir, host.walDir, does('found', 'restart', 'correct'), log, files, why),
    ...place(
      snapshot.dir,
      host.snapshotDir,
      snapshotOf !== undefined,
      snapshotRoom(snapshotOf ?? 0),
      2,
      'a snapshot is taken before the first restart',
    ),
  ]
}

/** A member that is founded, one that is started on its data, and one that goes on as it runs. */
const dataOf = ({ host, works }: WorkOnHost): { readonly data: number; readonly log: number } => {
  if (works.has('restart')) return { data: DATA_AT_START, log: LOG_AT_START }
  if (!works.has('found') || (host.hasMemberData && host.process !== undefined)) return { data: 0, log: 0 }
  if (host.hasMemberData) return { data: DATA_AT_START, log: LOG_AT_START }
  // What a new member needs counts its log in where that is in the same place.
  return { data: NEW_DATA, log: host.walDir === undefined ? 0 : NEW_LOG }
}
