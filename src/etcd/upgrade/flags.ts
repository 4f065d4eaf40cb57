import type { EtcdFlag } from '../../cluster/desired.js'
import { compareVersions, parseVersion } from '../../cluster/version.js'
import { ADDED_FLAGS, REMOVED_FLAGS, type RemovedFlag } from './flag-rules.js'
import { minorOf } from './rules.js'

/**
 * Flags that an etcd of this version ends with instead of starting, one clause each: "does not know --enable-v2 (gone since
 * 3.6)". Flags that are not in the tables are taken for known: the binary itself has the last word.
 */
export const unknownFlags = (version: string, flags: readonly EtcdFlag[]): readonly string[] =>
  flags.flatMap((flag) => {
    const removed = REMOVED_FLAGS.find((rule) => matches(rule, flag))
    if (removed !== undefined && !isBefore(version, removed.since)) return [goneClause(flag, removed)]
    const since = Object.hasOwn(ADDED_FLAGS, flag.name) ? ADDED_FLAGS[flag.name] : undefined
    return since !== undefined && isBefore(version, since)
      ? [`does not know --${flag.name} yet (it came with ${since})`]
      : []
  })

const matches = ({ name, value }: RemovedFlag, flag: EtcdFlag): boolean => {
  const named = name.endsWith('*') ? flag.name.startsWith(name.slice(0, -1)) : flag.name === name
  return named && (value === undefined || flag.value === value)
}

const goneClause = (flag: EtcdFlag, { name, value, since, instead }: RemovedFlag): string => {
  const rest = name.endsWith('*') ? flag.name.slice(name.length - 1) : ''
  const said = `--${flag.name}${value === undefined ? '' : `=${value}`}`
  const use = instead === '' ? 'leave it out' : `use ${instead.replace('*', () => rest)}`
  return `does not know ${said} (gone since ${since}): ${use}`
}

/** Is a version of an older minor than this one? */
const isBefore = (version: string, minor: string): boolean => {
  const [a, b] = [parseVersion(`${minorOf(version)}.0`), parseVersion(`${minor}.0`)]
  return a !== undefined && b !== undefined && compareVersions(a, b) < 0
}
