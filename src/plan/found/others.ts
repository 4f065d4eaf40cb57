import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import type { DormantEtcdFact, ForeignEtcdFact, FoundDataFact, HostObserved } from '../../cluster/observed.js'
import { unitName } from '../../cluster/places.js'
import { type EtcdPlaces, NOWHERE, placesOf } from '../../etcd/found-start.js'
import { adviceOn } from './advice.js'
import { type Relation, relationOf } from './relation.js'

/** An etcd on the host of a member that is not the one its service runs. */
export interface Other {
  readonly relation: Relation
  /** It runs, or somebody has its data open. */
  readonly lives: boolean
  /** As a clause that follows the member's name: "runs another etcd (pid 99 in etcd3.service) with data in /data/etcd3". */
  readonly says: string
  /** What to do about it, one clause; never one that ends an etcd that runs, or that takes data away from it. */
  readonly next: string
  /** In a few words: "etcd-events.service (pid 99), data in /var/lib/etcd-events". */
  readonly name: string
}

/** It cannot live beside the member. */
export const inTheWay = ({ relation }: Other): boolean => relation !== 'beside'

type Seen = Pick<HostObserved, 'foreignEtcd' | 'dormantEtcd' | 'foundData' | 'process'>

const DEFAULT_PLACE = 'its default place'

/** The etcds that run on the host of a member outside of its service. `all`: those of its service too, as on a host that holds nothing of ours. */
export const runningOthers = (
  desired: Desired,
  member: Member,
  host: Seen,
  which: 'all' | 'strangers' = 'strangers',
): readonly Other[] =>
  (which === 'all' ? host.foreignEtcd : strangersOf(desired, host)).map((fact) =>
    running(desired, member, fact),
  )

/** What is there of etcds that do not run: units and static pods of any name, and data that none of them explains. */
export const dormantOthers = (desired: Desired, member: Member, host: Seen): readonly Other[] => {
  const { foreignEtcd, dormantEtcd = [], foundData = [] } = host
  const live = foreignEtcd.map((fact) => placesOf(fact) ?? NOWHERE)
  // Of our own service, where its unit is not one that an administrator wrote.
  const own = (name: string): boolean => host.process !== undefined && name === unitName(desired.layout)
  const dormant = dormantEtcd.flatMap((fact) => {
    const places = own(fact.name) ? undefined : placesOf(fact)
    return places === undefined || isStaticPodOf(fact, places, foreignEtcd, live) ? [] : [{ fact, places }]
  })
  const explained = new Set([
    ...live.flatMap(({ dataDir, walDir }) => [dataDir, walDir]),
    ...dormant.flatMap(({ fact, places }) => [...fact.dataIn, places.dataDir, places.walDir]),
  ])
  return [
    ...dormant.map(({ fact, places }) => sleeping(desired, member, fact, places)),
    ...foundData.filter(({ dir }) => !explained.has(dir)).map((fact) => dataAlone(desired, member, fact)),
  ]
}

/** The kubelet runs it, and its process was found. */
const isStaticPodOf = (
  { kind }: DormantEtcdFact,
  { dataDir, peerUrls }: EtcdPlaces,
  facts: readonly ForeignEtcdFact[],
  live: readonly EtcdPlaces[],
): boolean =>
  kind === 'manifest' &&
  live.some(
    (places, at) =>
      facts[at]?.container !== undefined &&
      (places.dataDir === dataDir || places.peerUrls.some((url) => peerUrls.includes(url))),
  )

const running = (desired: Desired, member: Member, fact: ForeignEtcdFact): Other => {
  const places = placesOf(fact) ?? NOWHERE
  const relation = relationOf(desired, member, places)
  const { pid, unit, container, byHand } = fact
  const where =
    container !== undefined
      ? ` in the container ${container}`
      : byHand === true
        ? `, started by hand in ${unit}`
        : unit === ''
          ? ''
          : ` in ${unit}`
  const data = `data in ${places.dataDir || DEFAULT_PLACE}`
  const what = relation === 'member' ? 'an etcd at its own address' : 'another etcd'
  return {
    relation,
    lives: true,
    says: `runs ${what} (pid ${pid}${where}) with ${data}${fromFile(places)}`,
    next: adviceOn(desired, { situation: runningSituation(relation, fact, places), places, unit }),
    name: `${container ?? (unit === '' || byHand === true ? 'an etcd' : unit)} (pid ${pid}), ${data}`,
  }
}

const runningSituation = (
  relation: Relation,
  { unit, container, byHand }: ForeignEtcdFact,
  { configFile }: EtcdPlaces,
) => {
  if (relation === 'beside') return 'beside' as const
  if (relation === 'data') return 'data in use' as const
  if (relation === 'ports') return 'ports in use' as const
  if (container !== undefined) return 'member in a container' as const
  if (configFile !== '') return 'member by a file' as const
  return unit === '' || byHand === true || !unit.endsWith('.service')
    ? ('member by hand' as const)
    : ('member elsewhere' as const)
}

const sleeping = (desired: Desired, member: Member, fact: DormantEtcdFact, places: EtcdPlaces): Other => {
  const { kind, name, state, enabled, dataIn } = fact
  const related = relationOf(desired, member, places)
  // A package that somebody installed for its etcdctl, perhaps: never started, and not about to be.
  const idle =
    dataIn.length === 0 && !enabled && related !== 'data' && (related !== 'member' || places.dataDir === '')
  const relation = idle ? 'beside' : related
  const holds = dataIn.length > 0 ? `, which hold${dataIn.length === 1 ? 's' : ''} a member's data` : ''
  const data = `data in ${dataIn.join(' and ') || places.dataDir || DEFAULT_PLACE}${holds}`
  const what =
    kind === 'manifest'
      ? `has the static pod of an etcd (${name}), which does not run now,`
      : `has ${relation === 'member' ? 'the unit of an etcd at its own address' : 'the unit of another etcd'} (${name}, ${state})`
  const situation =
    relation === 'beside'
      ? ('beside' as const)
      : kind === 'manifest'
        ? ('static pod at rest' as const)
        : dataIn.length > 0
          ? relation === 'member'
            ? ('member at rest' as const)
            : ('another at rest' as const)
          : ('unit alone' as const)
  return {
    relation,
    lives: false,
    says: `${what} with ${data}${fromFile(places)}`,
    next: adviceOn(desired, {
      situation,
      places: { ...places, dataDir: dataIn[0] ?? places.dataDir },
      unit: name,
    }),
    name: `${name}${state === '' ? '' : ` (${state})`}, data in ${places.dataDir || DEFAULT_PLACE}`,
  }
}

const dataAlone = (desired: Desired, member: Member, { dir, holder }: FoundDataFact): Other => {
  const places = { ...NOWHERE, dataDir: dir }
  const relation = relationOf(desired, member, places)
  const who =
    holder === undefined ? '' : `, which ${holder.command || 'a process'} (pid ${holder.pid}) has open`
  return {
    relation,
    lives: holder !== undefined,
    says: `holds the data of an etcd member in ${dir}${ownerOf(dir)}${who}`,
    next: adviceOn(desired, {
      situation: relation === 'beside' ? 'beside' : holder === undefined ? 'data alone' : 'data in use',
      places,
      unit: '',
    }),
    name: `a member's data in ${dir}${ownerOf(dir)}`,
  }
}

const fromFile = ({ configFile }: EtcdPlaces): string =>
  configFile === '' ? '' : `, by its file ${configFile}`

/** Whose places these are. */
const OWNERS: readonly (readonly [RegExp, string])[] = [
  [/^\/var\/lib\/rancher\//, "k3s' or RKE2's"],
  [/^\/var\/lib\/minikube\//, "minikube's"],
  [/^\/var\/lib\/k0s\//, "k0s'"],
  [/^\/var\/snap\//, "a snap's"],
  [/^\/var\/lib\/docker\//, "a container's"],
  [/^\/var\/lib\/origin\//, "OpenShift's"],
]

const ownerOf = (dir: string): string => {
  const owner = OWNERS.find(([pattern]) => pattern.test(dir))?.[1]
  return owner === undefined ? '' : ` (${owner})`
}

/**
 * Every etcd of a host but those of its service: systemd may have started another one between the look at its main process and
 * that at all others. For hosts that are known to hold our member; on others nothing is ours.
 */
const strangersOf = (
  { layout }: Pick<Desired, 'layout'>,
  { foreignEtcd }: Pick<HostObserved, 'foreignEtcd'>,
): readonly ForeignEtcdFact[] => foreignEtcd.filter(({ unit }) => unit !== unitName(layout))
