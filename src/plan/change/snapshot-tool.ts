import type { Desired } from '../../cluster/desired.js'
import { toolPath } from '../../cluster/places.js'
import type { HostFinding } from '../checks/check.js'
import type { MemberChange } from './member.js'

/** etcd's tools that read a snapshot: etcdctl before 3.5, etcdutl since (see etcd/snapshot.ts). */
const readerOf = (version: string): 'etcdctl' | 'etcdutl' =>
  version.startsWith('3.4.') ? 'etcdctl' : 'etcdutl'

/**
 * A snapshot counts only once it was read back. The tool for that comes with the release; where none is asked for, nothing is
 * installed, and it has to be there already.
 */
export const snapshotToolFindings = (
  { release, layout }: Pick<Desired, 'release' | 'layout'>,
  { host, version }: Pick<MemberChange, 'host' | 'version'>,
): readonly HostFinding[] => {
  const tool = readerOf(version)
  return release.kept !== true || host.binaries[tool] !== undefined
    ? []
    : [
        {
          problem: `there is no ${toolPath(layout, tool)}, with which a snapshot is read back`,
          next: `set version to ${version}, which installs it, or snapshot to never`,
        },
      ]
}
