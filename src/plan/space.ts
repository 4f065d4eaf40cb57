import type { Desired } from '../cluster/desired.js'
import type { HostObserved } from '../cluster/observed.js'
import type { HostFinding } from './preflight.js'
import { releaseDeviations } from './release.js'

const MIB = 1024 * 1024

/** Three binaries of up to 80 MiB unpacked and their archive of up to 30; an upgrade later keeps the old ones beside them. */
const RELEASE_BYTES = 200 * MIB
/** Two log segments of 64 MiB that are allocated at once, the database, snapshots: the least a small cluster lives with. */
const DATA_BYTES = 512 * MIB
/** The log keeps five segments of 64 MiB unless told otherwise. */
const WAL_BYTES = 320 * MIB
/** Certificates, units and small scratch files. */
const SMALL_BYTES = MIB

/** Directories that cannot be written to, and those without the room that a bootstrap needs. */
export const spaceFindings = (desired: Desired, host: HostObserved): readonly HostFinding[] => {
  const { binDir, caDir, dataDir, walDir } = desired.layout
  const installs = releaseDeviations(desired, host).length > 0
  const places = [
    { path: binDir, fact: host.binDir, bytes: installs ? RELEASE_BYTES : 0 },
    { path: caDir, fact: host.caDir, bytes: SMALL_BYTES },
    { path: 'the directory of systemd units', fact: host.unitDir, bytes: SMALL_BYTES },
    { path: 'the directory for temporary files', fact: host.tempDir, bytes: SMALL_BYTES },
    { path: dataDir, fact: host.dataDir, bytes: host.hasMemberData ? 0 : DATA_BYTES },
    { path: walDir, fact: host.walDir, bytes: host.hasMemberData ? 0 : WAL_BYTES },
  ]
  return places.flatMap(({ path, fact, bytes }): readonly HostFinding[] => {
    if (fact === undefined) return []
    if (!fact.writable) {
      return [
        {
          problem: `${path} cannot be written to`,
          next: 'mount its file system for writing, or choose another place',
        },
      ]
    }
    return fact.availableBytes >= bytes
      ? []
      : [
          {
            problem: `${path} has ${mebibytes(fact.availableBytes)} MiB free, and ${mebibytes(bytes)} MiB are needed`,
            next: 'make room there, or choose another place',
          },
        ]
  })
}

const mebibytes = (bytes: number): number => Math.floor(bytes / MIB)
