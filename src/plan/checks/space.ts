import type { DirectoryFact } from '../../cluster/observed.js'
import { neededFor, type Place } from './amounts.js'
import type { Check, HostFinding } from './check.js'

const MIB = 1024 * 1024

/** Directories that cannot be written to, and file systems without the room, in bytes or in inodes, that the work needs. */
export const space: Check = {
  name: 'space',
  stops: ['found', 'restart', 'install', 'renew', 'correct'],
  find: (of) => {
    const places = neededFor(of)
    const down = of.host.service.activeState !== 'active' && of.works.has('restart') ? { down: true } : {}
    return [
      ...places.filter(({ fact }) => !fact.writable).map(unwritable),
      ...byFileSystem(places.filter(({ fact }) => fact.writable)).flatMap(lacking),
    ].map((finding) => ({ ...finding, ...down }))
  },
}

const unwritable = ({ path }: Place): HostFinding => ({
  problem: `${path} cannot be written to`,
  next: 'mount its file system for writing, or choose another place',
})

/** Places that share a file system share its room; where it is not known which one it is, each stands for itself. */
const byFileSystem = (places: readonly Place[]): readonly (readonly Place[])[] => {
  const groups = new Map<string, Place[]>()
  for (const place of places) {
    if (place.bytes === 0 && place.inodes === 0) continue
    const id = place.fact.mount?.device ?? place.path
    groups.set(id, [...(groups.get(id) ?? []), place])
  }
  return [...groups.values()]
}

const lacking = (places: readonly Place[]): readonly HostFinding[] => {
  const all = sumOf(places)
  // What is enough for each alone but not for all of them is said of all of them.
  const alone = places.filter((place) => isShort(sumOf([place])))
  return alone.length > 0
    ? alone.flatMap((place) => describe(sumOf([place])))
    : isShort(all)
      ? describe(all)
      : []
}

interface Sum {
  readonly paths: readonly string[]
  readonly bytes: number
  readonly inodes: number
  readonly why: string
  readonly free: Pick<DirectoryFact, 'availableBytes' | 'availableInodes'>
}

const sumOf = (places: readonly Place[]): Sum => {
  const bytes = places.reduce((sum, place) => sum + place.bytes, 0)
  const inodes = places.reduce((sum, place) => sum + place.inodes, 0)
  const why = [...new Set(places.map((place) => place.why).filter((reason) => reason !== ''))].join('; ')
  const free = places.reduce(
    (least, { fact }) => (fact.availableBytes < least.availableBytes ? fact : least),
    places[0]!.fact,
  )
  return { paths: places.map(({ path }) => path), bytes, inodes, why, free }
}

const isShort = ({ bytes, inodes, free }: Sum): boolean =>
  free.availableBytes < bytes || (free.availableInodes ?? Infinity) < inodes

const describe = ({ paths, bytes, inodes, why, free }: Sum): readonly HostFinding[] => {
  const has = paths.length > 1 ? `${list(paths)} share a file system that has` : `${paths[0]} has`
  const because = why === '' ? '' : `: ${why}`
  if (free.availableBytes < bytes) {
    const [left, needed] = amounts(free.availableBytes, bytes)
    return [
      {
        problem: `${has} ${left} free, and ${needed} are needed${because}`,
        next: 'make room there, or choose another place',
      },
    ]
  }
  return [
    {
      problem: `${has} ${free.availableInodes} inodes free, and ${inodes} are needed${because}`,
      next: 'delete files there that nobody needs (df -i), or choose another place',
    },
  ]
}

/** In MiB, and in bytes where that would show one number twice. */
const amounts = (left: number, needed: number): readonly [string, string] =>
  needed < MIB
    ? [`${left} bytes`, `${needed} bytes`]
    : [`${Math.floor(left / MIB)} MiB`, `${Math.ceil(needed / MIB)} MiB`]

const list = (paths: readonly string[]): string =>
  `${paths.slice(0, -1).join(', ')} and ${paths.at(-1) ?? ''}`
