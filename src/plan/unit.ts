import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { HostObserved } from '../cluster/observed.js'
import { unitPath } from '../cluster/places.js'
import { isGuarded } from '../etcd/log-guard.js'
import { parseExecStart, parseUnit } from '../etcd/parse-unit.js'
import { renderUnit } from '../etcd/unit.js'
import { flagsIn } from './argv.js'
import { unitStateOf } from './change/unit.js'
import { changesBetween, type Deviation, groupValues } from './deviation.js'

/** The unit that a member has to have once it was founded. */
export const wantedUnit = (desired: Desired, member: Member): string =>
  renderUnit(desired, member, { founded: true })

/** The unit that a member is founded with: nothing in it asks for the log that it is to make. */
export const foundingUnit = (desired: Desired, member: Member): string =>
  renderUnit(desired, member, { founded: false })

/**
 * How the unit file differs from the one that a bootstrap asks for, line by line. Where a run died while it finished the bootstrap,
 * a member that has its log has the unit for later already.
 */
export const unitDeviations = (
  desired: Desired,
  member: Member,
  { service, process, hasMemberData }: HostObserved,
): readonly Deviation[] => {
  const { unit } = service
  const path = unitPath(desired.layout)
  if (unit === undefined) return [{ what: 'unit', detail: `there is no ${path}` }]
  const guarded = hasMemberData && isGuarded(unit.text, desired.layout)
  const wanted = guarded ? wantedUnit(desired, member) : foundingUnit(desired, member)
  if (unit.text === wanted) return []
  // What runs was started by an action that did not write these lines yet; they are put in once the bootstrap is over.
  if (process !== undefined && unitStateOf(wanted, { service }).kind === 'next-start') return []
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
