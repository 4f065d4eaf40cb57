import { readFileSync, writeFileSync } from 'node:fs'
import { compareVersions, minorOf, parseVersion } from '../src/cluster/version.js'
import { archivesHere, flagsOf } from './binary-flags.js'

/*
 * Makes src/etcd/flag-table.json from the help of the releases that the lab has on this machine (npx tsx script/flag-table.ts). Releases that
 * are in the table already and not on this machine stay as they are.
 */

interface FlagTable {
  readonly releases: readonly string[]
  readonly flags: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const PATH = new URL('../src/etcd/flag-table.json', import.meta.url)

const tabled = JSON.parse(readFileSync(PATH, 'utf8')) as FlagTable
const archives = archivesHere()
const order = (a: string, b: string): number => {
  const [one, other] = [parseVersion(a), parseVersion(b)]
  if (one === undefined || other === undefined) throw new Error(`${a} or ${b} is no release`)
  return compareVersions(one, other)
}

/** What the table says of a release that is not here. */
const remembered = (release: string): ReadonlySet<string> =>
  new Set(
    Object.entries(tabled.flags).flatMap(([name, since]) => {
      const first = since[minorOf(release)]
      return first !== undefined && order(first, release) <= 0 ? [name] : []
    }),
  )

const releases = [...new Set([...tabled.releases, ...archives.keys()])].sort(order)
const read = (candidates: ReadonlySet<string>): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(
    releases.map((release) => {
      const archive = archives.get(release)
      return [release, archive === undefined ? remembered(release) : flagsOf(archive, candidates)]
    }),
  )
const union = (of: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> =>
  new Set([...of.values()].flatMap((names) => [...names]))

// Twice: the help of one release names what another one keeps to itself.
const found = read(union(read(new Set(Object.keys(tabled.flags)))))
const flags = [...union(found)].sort().map((name) => {
  const since: Record<string, string> = {}
  for (const release of releases) {
    const has = found.get(release)?.has(name) === true
    const first = since[minorOf(release)]
    if (!has && first !== undefined) throw new Error(`${release} has lost --${name}, which ${first} has`)
    if (has) since[minorOf(release)] ??= release
  }
  return [name, since] as const
})
writeFileSync(PATH, `${JSON.stringify({ releases, flags: Object.fromEntries(flags) }, undefined, 2)}\n`)
process.stdout.write(`${flags.length} flags of ${releases.length} releases\n`)
