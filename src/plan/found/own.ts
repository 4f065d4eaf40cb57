import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import type { HostObserved } from '../../cluster/observed.js'
import { unitName } from '../../cluster/places.js'
import { type EtcdPlaces, NOWHERE, placesOf } from '../../etcd/found-start.js'
import { givenVariables, processVariables, type Variable } from '../../etcd/settings/variables.js'
import { adviceOn, type FoundSituation } from './advice.js'
import { relationOf } from './relation.js'

/** Where the etcd of the member's own service keeps its data and listens: as it runs, else as its unit would start it. */
export const ownPlaces = ({ process, service, environment }: HostObserved): EtcdPlaces | undefined => {
  const byName = (variables: readonly Variable[] = []): Readonly<Record<string, string>> =>
    Object.fromEntries(variables.map(({ name, value = '' }) => [name, value]))
  if (process !== undefined) {
    return placesOf({ argv: process.argv, variables: byName(environment && processVariables(environment)) })
  }
  const unitText = service.unit?.text
  return unitText === undefined
    ? undefined
    : placesOf({ argv: [], unitText, variables: byName(environment && givenVariables(environment)) })
}

/** What to do about the member's own etcd where it keeps its data elsewhere than asked for. */
export const adviceOnMoved = (desired: Desired, host: HostObserved): string =>
  adviceOn(desired, {
    situation: 'moved',
    places: ownPlaces(host) ?? NOWHERE,
    unit: unitName(desired.layout),
  })

/** What to do about an etcd of that service name that keeps its data elsewhere than asked for. */
export const adviceOnOwn = (desired: Desired, member: Member, host: HostObserved): string => {
  const places = ownPlaces(host) ?? NOWHERE
  const relation = relationOf(desired, member, places)
  const lives = host.process !== undefined
  const unit = unitName(desired.layout)
  const SITUATIONS: Readonly<Record<typeof relation, FoundSituation>> = {
    member: 'moved',
    data: lives ? 'data in use' : 'another at rest',
    ports: lives ? 'ports in use' : 'another at rest',
    beside: 'name in use',
  }
  return adviceOn(desired, { situation: SITUATIONS[relation], places, unit })
}
