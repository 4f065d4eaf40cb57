import type { Difference } from './plan.js'

/** One way in which something on a host is not as asked, before it is known whose host it is. */
export type Deviation = Omit<Difference, 'member'>

/** A long list of changes hides the first ones; the text on the host holds the rest. */
const MOST_SHOWN = 20

/**
 * What differs between two sets of named values, one clause each: `--snapshot-count: 10000 -> 50000`. A name may have
 * several values; one that is missing on a side reads `(none)`.
 */
export const changesBetween = (
  old: ReadonlyMap<string, readonly string[]>,
  wanted: ReadonlyMap<string, readonly string[]>,
): readonly string[] => {
  const names = [...new Set([...old.keys(), ...wanted.keys()])]
  const changes = names.flatMap((name) => {
    const [from, to] = [describe(old.get(name)), describe(wanted.get(name))]
    return from === to ? [] : [`${name}: ${from} -> ${to}`]
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

const describe = (values: readonly string[] | undefined): string =>
  values === undefined ? '(none)' : values.map((value) => (value === '' ? '""' : value)).join(', ')
