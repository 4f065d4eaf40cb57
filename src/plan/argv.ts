import { groupValues, strayWord } from './deviation.js'

/** etcd's flags in an argv, without the program: `--name=value`, `--name value` and a bare `--name` alike. */
export const flagsIn = (argv: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const pairs: (readonly [string, string])[] = []
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? ''
    const equals = word.indexOf('=')
    const next = argv[at + 1]
    if (!word.startsWith('-')) pairs.push([strayWord(word), ''])
    else if (equals > 0) pairs.push([nameOf(word.slice(0, equals)), word.slice(equals + 1)])
    else if (next !== undefined && !next.startsWith('-')) {
      pairs.push([nameOf(word), next])
      at++
    } else pairs.push([nameOf(word), 'true'])
  }
  return groupValues(pairs)
}

/** Where an etcd with this argv keeps its data: the last value counts, and an empty `wal-dir` is inside `data-dir`. */
export const placesIn = (argv: readonly string[]): { readonly dataDir: string; readonly walDir: string } => {
  const flags = flagsIn(argv)
  return { dataDir: flags.get('--data-dir')?.at(-1) ?? '', walDir: flags.get('--wal-dir')?.at(-1) ?? '' }
}

/** Go's flag package takes one dash as two. */
const nameOf = (word: string): string => `--${word.replace(/^-+/, '')}`
