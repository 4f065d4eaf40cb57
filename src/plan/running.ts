import type { Desired } from '../cluster/desired.js'
import type { DirectoryFact, HostObserved } from '../cluster/observed.js'
import { toolPath } from '../cluster/places.js'
import { parseExecStart } from '../etcd/parse-unit.js'
import { flagsIn } from './argv.js'
import { changesBetween, type Deviation } from './deviation.js'

/** Where what runs is not what the files on the host say: they were changed, and the member was not restarted. */
export const processDeviations = ({ layout }: Desired, host: HostObserved): readonly Deviation[] => {
  const { process, service, binaries } = host
  const reload = service.needsReload
    ? [{ what: 'unit', detail: `systemd has not read the latest ${layout.serviceName}.service yet` }]
    : []
  if (process === undefined) return reload
  const onDisk = binaries.etcd?.sha256 ?? ''
  const otherBinary = onDisk !== '' && process.exeSha256 !== '' && onDisk !== process.exeSha256
  const argv = service.unit && parseExecStart(service.unit.text)
  const flags = argv ? changesBetween(flagsIn(process.argv), flagsIn(argv)) : []
  return [
    ...reload,
    ...(otherBinary
      ? [{ what: 'binaries', detail: `runs another binary than the one at ${toolPath(layout, 'etcd')}` }]
      : []),
    ...(flags.length > 0
      ? [{ what: 'flags', detail: `runs with other flags than its unit has: ${flags.join(', ')}` }]
      : []),
  ]
}

/** Where the directories of an existing member are open to others, or not its own. */
export const directoryDeviations = ({ layout }: Desired, host: HostObserved): readonly Deviation[] => [
  ...ownDirectory(layout.dataDir, host.dataDir, layout.serviceUser),
  ...(host.walDir === undefined ? [] : ownDirectory(layout.walDir, host.walDir, layout.serviceUser)),
]

const ownDirectory = (path: string, directory: DirectoryFact, owner: string): readonly Deviation[] => {
  if (!directory.exists) return [{ what: 'data', detail: `there is no ${path}` }]
  return [
    ...(directory.mode === '700'
      ? []
      : [{ what: 'file modes', detail: `${path} has mode 0${directory.mode}, asked for 0700` }]),
    ...(directory.owner === owner
      ? []
      : [{ what: 'file modes', detail: `${path} belongs to ${directory.owner}, asked for ${owner}` }]),
  ]
}
