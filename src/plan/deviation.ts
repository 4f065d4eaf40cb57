import { NOT_SHOWN, shownValue } from '../etcd/settings/hidden.js'
import type { Difference } from './plan.js'

/** One way in which something on a host is not as asked, before it is known whose host it is. */
export type Deviation = Omit<Difference, 'member'>

/** A long list of changes hides the first ones; the text on the host holds the rest. */
const MOST_SHOWN = 20

/**
 * What differs between two sets of named values, one clause each: `--snapshot-count: 10000 -> 50000`. A name may have
 * several values; one that is missing on a side reads `(none)`. What a hand-written unit may keep secrets in is not shown.
 */
export const changesBetween = (
  old: ReadonlyMap<string, readonly string[]>,
  wanted: ReadonlyMap<string, readonly string[]>,
): readonly string[] => {
  const names = [...new Set([...old.keys(), ...wanted.keys()])]
  const changes = names.flatMap((name) => {
    const [from, to] = [old.get(name), wanted.get(name)]
    return describe(from) === describe(to) ? [] : [shownChange(name, from, to)]
  })
  const more = changes.length - MOST_SHOWN
  return more > 0 ? [...changes.slice(0, MOST_SHOWN), `and ${more} more`] : changes
}

/** Values by name, in order. */
export const groupValues = (
  pairs: readonly (readonly [name: string, value: string])[],
): ReadonlyMap<string, readonly string[]> => {
  const groups = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [value])
    else group.push(value)
  }
  return groups
}

type Values = readonly string[] | undefined

const shownChange = (name: string, from: Values, to: Values): string => {
  const shown = (values: Values): string => describe(values?.map((value) => shownValue(name, value)))
  return `${isStray(name) ? `a word beside its flags ${NOT_SHOWN}` : name}: ${shown(from)} -> ${shown(to)}`
}

const describe = (values: Values): string =>
  values === undefined ? '(none)' : values.map((value) => (value === '' ? '""' : value)).join(', ')

/** Before a word of a command line that is no flag, nor the value of one: not the name of anything, and perhaps a secret. */
const STRAY = 'word '

export const strayWord = (word: string): string => `${STRAY}${word}`

const isStray = (name: string): boolean => name.startsWith(STRAY)
