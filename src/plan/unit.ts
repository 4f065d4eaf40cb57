import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { HostObserved } from '../cluster/observed.js'
import { parseExecStart, parseUnit } from '../etcd/parse-unit.js'
import { renderUnit } from '../etcd/unit.js'
import { flagsIn } from './argv.js'
import { changesBetween, type Deviation, groupValues } from './deviation.js'

/**
 * The unit that a member has to have. Always with `initial-cluster-state=new`: a member that has a WAL ignores the
 * `initial-*` flags (etcd server/etcdserver/bootstrap.go bootstrapClusterWithWAL), so the text need never change for them.
 */
export const wantedUnit = (desired: Desired, member: Member): string =>
  renderUnit(desired, member, { initialClusterState: 'new' })

/** How the unit file differs from the one that is asked for, line by line. */
export const unitDeviations = (
  desired: Desired,
  member: Member,
  { service }: HostObserved,
): readonly Deviation[] => {
  const { unit } = service
  const path = `/etc/systemd/system/${desired.layout.serviceName}.service`
  if (unit === undefined) return [{ what: 'unit', detail: `there is no ${path}` }]
  const wanted = wantedUnit(desired, member)
  if (unit.text === wanted) return []
  const changes = changesBetween(settingsOf(unit.text), settingsOf(wanted))
  const detail =
    changes.length > 0 ? changes.join(', ') : 'only comments, blanks or the order of lines differ'
  return [{ what: 'unit', detail: `${path} differs: ${detail}` }]
}

/** Settings by name, etcd's flags among them each by its own. */
const settingsOf = (text: string): ReadonlyMap<string, readonly string[]> => {
  const argv = parseExecStart(text) ?? []
  return new Map([
    ...groupValues(
      parseUnit(text).flatMap(({ key, value }) => (key === 'ExecStart' ? [] : [[key, value] as const])),
    ),
    ['ExecStart', argv.slice(0, 1)],
    ...flagsIn(argv),
  ])
}
