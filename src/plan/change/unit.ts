import type { HostObserved } from '../../cluster/observed.js'
import { parseExecStart, parseUnit } from '../../etcd/parse-unit.js'
import { flagsIn } from '../argv.js'
import { changesBetween, groupValues } from '../deviation.js'

/**
 * Flags that a member which has a WAL does not look at: who it is and who the others are comes from its log (etcd
 * server/etcdserver/bootstrap.go bootstrapClusterWithWAL). They say how the cluster was once made, so a unit that
 * differs in them alone is as asked for: it is neither rewritten nor a reason to restart.
 */
export const ONLY_AT_BOOTSTRAP = [
  '--initial-cluster',
  '--initial-cluster-state',
  '--initial-cluster-token',
  '--initial-advertise-peer-urls',
]

/** Lines that count at a member's next start alone, by section and name: systemd has to read them, and nothing to restart. */
const AT_NEXT_START: Readonly<Record<string, string>> = {
  '[Unit] AssertPathExists': 'so that a member which has lost its disk does not found an empty cluster',
  '[Unit] RequiresMountsFor': 'so that a member is not started before the disk of its log is there',
  UnsetEnvironment: 'so that no proxy comes between members',
}

/** How the unit on a host compares with the one that is asked for. */
export type UnitState =
  /** The same, but for flags that count at the bootstrap only. */
  | { readonly kind: 'same' }
  /** Other comments, blanks or order: to be written anew, and nothing runs differently. */
  | { readonly kind: 'text' }
  /** Lines differ that count at the next start alone, and for which nothing is restarted; one clause each. */
  | { readonly kind: 'next-start'; readonly changes: readonly string[] }
  /** Settings differ, or there is no unit; one clause each. */
  | { readonly kind: 'settings'; readonly changes: readonly string[] }

/** `wanted`: the text that is asked for. */
export const unitStateOf = (wanted: string, { service }: Pick<HostObserved, 'service'>): UnitState => {
  const text = service.unit?.text
  if (text === undefined) return { kind: 'settings', changes: ['there is none'] }
  if (text === wanted) return { kind: 'same' }
  const [have, want] = [settingsOf(text), settingsOf(wanted)]
  const changes = changesBetween(have, want)
  if (changesBetween(withoutLate(have), withoutLate(want)).length > 0) return { kind: 'settings', changes }
  if (changes.length > 0) return { kind: 'next-start', changes: lateChanges(have, want) }
  return skeletonOf(text) === skeletonOf(wanted) ? { kind: 'same' } : { kind: 'text' }
}

type Settings = ReadonlyMap<string, readonly string[]>

const withoutLate = (settings: Settings): Settings =>
  new Map([...settings].filter(([name]) => !Object.hasOwn(AT_NEXT_START, name)))

const lateChanges = (have: Settings, want: Settings): readonly string[] =>
  Object.entries(AT_NEXT_START).flatMap(([name, why]) => {
    const only = (settings: Settings): Settings => new Map([...settings].filter(([key]) => key === name))
    return changesBetween(only(have), only(want)).map((change) => `${change}, ${why}`)
  })

/** Flags that a process runs with and that its unit has otherwise, one clause each; those for the bootstrap left out. */
export const flagChanges = (argv: readonly string[], unitText: string): readonly string[] => {
  const wanted = parseExecStart(unitText)
  return wanted === undefined ? [] : changesBetween(countingFlags(argv), countingFlags(wanted))
}

const countingFlags = (argv: readonly string[]): Settings =>
  new Map([...flagsIn(argv)].filter(([name]) => !ONLY_AT_BOOTSTRAP.includes(name)))

/** Settings by section and name, etcd's flags among them each by its own. */
const settingsOf = (text: string): Settings => {
  const argv = parseExecStart(text) ?? []
  const settings = parseUnit(text).flatMap(({ section, key, value }) =>
    key === 'ExecStart' ? [] : [[label(section, key), value] as const],
  )
  return new Map([...groupValues(settings), ['ExecStart', argv.slice(0, 1)], ...countingFlags(argv)])
}

/** Most settings are of [Service], and known by their name alone. */
const label = (section: string, key: string): string => (section === 'Service' ? key : `[${section}] ${key}`)

/** The text without the flags for the bootstrap, each of which has a line of its own in our units. */
const skeletonOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !ONLY_AT_BOOTSTRAP.some((flag) => line.trim().startsWith(`${flag}=`)))
    .join('\n')
