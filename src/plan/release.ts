import type { Desired } from '../cluster/desired.js'
import type { HostObserved } from '../cluster/observed.js'
import { compareVersions, parseVersion } from '../cluster/version.js'
import { toolPath } from '../cluster/places.js'
import type { Deviation } from './deviation.js'

/** etcdutl was split off etcdctl in 3.5.0 (etcd CHANGELOG-3.5); releases before it have none. */
const FIRST_WITH_ETCDUTL = { major: 3, minor: 5, patch: 0 }

/** How the binaries in `bin-dir` differ from the release that is asked for; not at all where none is. */
export const releaseDeviations = ({ release, layout }: Desired, host: HostObserved): readonly Deviation[] => {
  if (release.kept === true) return []
  const version = parseVersion(release.version)
  const withEtcdutl = version !== undefined && compareVersions(version, FIRST_WITH_ETCDUTL) >= 0
  const names = ['etcd', 'etcdctl', ...(withEtcdutl ? (['etcdutl'] as const) : [])] as const
  return names.flatMap((name): readonly Deviation[] => {
    const binary = host.binaries[name]
    const path = toolPath(layout, name)
    if (binary === undefined) return [{ what: 'binaries', detail: `there is no ${path}` }]
    // The tools are not asked for their version where that costs a process; etcd itself always is.
    if (binary.version === '' && name !== 'etcd') return []
    if (binary.version === '') return [{ what: 'version', detail: `${path} does not run` }]
    return binary.version === release.version
      ? []
      : [{ what: 'version', detail: `${path} is ${binary.version}, asked for ${release.version}` }]
  })
}
