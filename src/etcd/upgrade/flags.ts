import type { EtcdFlag } from '../../cluster/desired.js'
import { compareVersions, parseVersion, minorOf } from '../../cluster/version.js'
import { ADDED_FLAGS, REMOVED_FLAGS, type RemovedFlag } from './flag-rules.js'

/** A flag that a release does not take. */
export interface UnknownFlag {
  /** As people know it: `--debug`, or `--logger=capnslog` where it is that value alone. */
  readonly flag: string
  /** "gone since 3.5", "it came with 3.6". */
  readonly why: string
  /** What to write instead, one clause; empty where that is not known. */
  readonly use: string
}

/** Does a release not take this flag, by the tables? undefined where it does, or they do not tell: the binary itself has the last word. */
export const unknownTo = (version: string, flag: EtcdFlag): UnknownFlag | undefined => {
  const removed = REMOVED_FLAGS.find((rule) => matches(rule, flag))
  if (removed !== undefined && !isBefore(version, removed.since)) {
    const said = `--${flag.name}${removed.value === undefined ? '' : `=${removed.value}`}`
    const use = insteadOf(flag, removed)
    const why = `gone since ${removed.since}`
    return { flag: said, why, use: use === '' ? 'leave it out' : `use ${use}` }
  }
  const since = Object.hasOwn(ADDED_FLAGS, flag.name) ? ADDED_FLAGS[flag.name] : undefined
  return since !== undefined && isBefore(version, since)
    ? { flag: `--${flag.name}`, why: `it came with ${since}`, use: '' }
    : undefined
}

/** What a flag that this release still takes is to be replaced by before a later one, and which; undefined where nothing is. */
export const replacedLater = (
  version: string,
  flag: EtcdFlag,
): { readonly since: string; readonly instead: string } | undefined => {
  const rule = REMOVED_FLAGS.find((candidate) => matches(candidate, flag))
  if (rule === undefined || rule.instead === '' || !isBefore(version, rule.since)) return undefined
  return { since: rule.since, instead: insteadOf(flag, rule) }
}

/**
 * Flags that an etcd of this version ends with instead of starting, one clause each: "does not know --enable-v2 (gone since
 * 3.6)".
 */
export const unknownFlags = (version: string, flags: readonly EtcdFlag[]): readonly string[] =>
  flags.flatMap((given) => {
    const unknown = unknownTo(version, given)
    if (unknown === undefined) return []
    const { flag, why, use } = unknown
    return [`does not know ${flag} ${use === '' ? `yet (${why})` : `(${why}): ${use}`}`]
  })

const matches = ({ name, value }: RemovedFlag, flag: EtcdFlag): boolean => {
  const named = name.endsWith('*') ? flag.name.startsWith(name.slice(0, -1)) : flag.name === name
  return named && (value === undefined || flag.value === value)
}

const insteadOf = (flag: EtcdFlag, { name, instead }: RemovedFlag): string => {
  const rest = name.endsWith('*') ? flag.name.slice(name.length - 1) : ''
  return instead.replace('*', () => rest)
}

/** Is a version of an older minor than this one? */
const isBefore = (version: string, minor: string): boolean => {
  const [a, b] = [parseVersion(`${minorOf(version)}.0`), parseVersion(`${minor}.0`)]
  return a !== undefined && b !== undefined && compareVersions(a, b) < 0
}
