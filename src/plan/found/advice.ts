import type { Desired } from '../../cluster/desired.js'
import type { EtcdPlaces } from '../../etcd/found-start.js'

/**
 * How an etcd that was found stands to the member that is asked for. Those that run: `member ...`, the member itself, of another unit,
 * in a container, by a file of settings, or started by hand; `data in use`, `ports in use` and `name in use`, another one that is in the way. Those
 * at rest: `member at rest` and `another at rest`, with data; `static pod at rest`; `unit alone`, without; `data alone`, of which
 * nothing tells whose they are. `moved`: our own service, with its data elsewhere than asked for. `beside`: it is in nobody's way.
 */
export type FoundSituation =
  | 'member elsewhere'
  | 'member in a container'
  | 'member by a file'
  | 'member by hand'
  | 'data in use'
  | 'ports in use'
  | 'name in use'
  | 'member at rest'
  | 'another at rest'
  | 'static pod at rest'
  | 'unit alone'
  | 'data alone'
  | 'moved'
  | 'beside'

export interface FoundFacts {
  readonly situation: FoundSituation
  readonly places: EtcdPlaces
  /** `etcd-main.service`, or the path of a static pod; empty where there is none. */
  readonly unit: string
}

/**
 * What to do about an etcd that was found, one clause. No advice ends one that runs, moves what one has open, or takes a member out
 * of its cluster: whoever reads it may be wrong about what it is.
 */
export const adviceOn = (desired: Desired, facts: FoundFacts): string =>
  ADVICE[facts.situation](desired, facts)

type Advice = (desired: Desired, facts: FoundFacts) => string

const LEAVE = 'leave it running'
const KEEP = 'keep its data, which may be the only copy of what was written'
const DOCS = 'see "Hosts that do not fit together" in docs/troubleshooting.md'
const PLAN = 'and run operation plan, which changes nothing and says what would be changed'

const ADVICE: Readonly<Record<FoundSituation, Advice>> = {
  'member elsewhere': (desired, facts) =>
    `${LEAVE}: it is the member itself; ${inputsFor(desired, facts)} ${PLAN}`,
  'member in a container': () =>
    `${LEAVE}: it is the member itself, and this action takes over none that runs in a container; give other hosts`,
  'member by a file': (_, { places }) =>
    `${LEAVE}: it is the member itself, and this action takes over none that has its settings from a file (${places.configFile}); give other hosts`,
  'member by hand': () =>
    `${LEAVE}: it is the member itself, and this action looks after units alone; give other hosts`,
  'data in use': () => `${LEAVE}; choose another data-dir and wal-dir, or another host`,
  'ports in use': () => `${LEAVE}; choose another host, or another client-port and peer-port`,
  'name in use': () => `${LEAVE}; choose another service-name, or another host`,
  'member at rest': (desired, facts) =>
    `${KEEP}; if that is the cluster you mean, start it there (systemctl start ${facts.unit}) and ${
      facts.places.configFile === ''
        ? `${inputsFor(desired, facts)} ${PLAN}`
        : 'leave it to whoever set it up, as this action takes over none that has its settings from a file'
    }; else give other hosts`,
  'another at rest': () => `${KEEP}; choose another host, or another data-dir, client-port and peer-port`,
  'static pod at rest': () => `${KEEP}: the kubelet starts it again; give other hosts`,
  'unit alone': () =>
    `see first whether its disk is mounted, as the unit tells of a member that was here; for a unit that nobody needs, ${DOCS}`,
  'data alone': (_, { places }) =>
    `${KEEP}; if they are this cluster's, set data-dir to ${places.dataDir}; else give another host, or ${DOCS}`,
  moved: (desired, facts) => {
    const inputs = setsFor(desired, facts)
    return inputs === ''
      ? `nothing has to be moved there: its data is where it runs now, in ${facts.places.dataDir} with the log in ${facts.places.walDir}, which no input can say; leave it as it is`
      : `nothing has to be moved there: ${inputs}, as it runs now`
  },
  beside: () => 'nothing is to be done about it',
}

/** "set service-name to etcd-main, data-dir to /srv/etcd": the inputs that make this action look at that etcd; empty where they do. */
const setsFor = ({ layout }: Desired, { places, unit }: FoundFacts): string => {
  const name = unit.replace(/\.service$/, '')
  const wal = walInput(places)
  const sets = [
    ...(name === '' || name === layout.serviceName ? [] : [`service-name to ${name}`]),
    ...(places.dataDir === '' || places.dataDir === layout.dataDir ? [] : [`data-dir to ${places.dataDir}`]),
    ...(wal === undefined || wal === layout.walDir || wal === '' ? [] : [`wal-dir to ${wal}`]),
  ]
  const drops = wal === '' && layout.walDir !== '' ? ['leave wal-dir out'] : []
  return [...(sets.length === 0 ? [] : [`set ${sets.join(', ')}`]), ...drops].join(' and ')
}

const inputsFor = (desired: Desired, facts: FoundFacts): string =>
  `${setsFor(desired, facts) || 'check service-name, data-dir and wal-dir'},`

/** The log is in the folder `wal` of `wal-dir`; undefined where no input can say where it is. */
const walInput = ({ walDir }: EtcdPlaces): string | undefined => {
  if (walDir === '') return ''
  return /^(\/.+)\/wal$/.exec(walDir)?.[1]
}
