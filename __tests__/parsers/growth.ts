import { MOST, type Parser } from './parser.js'

/** A text of about so many characters. */
export type Grow = (characters: number) => string

/** What grows, in every reader alike: runs of one sign, and pairs that come close to a syntax and are none. */
const PIECES = [
  ...[
    ' ',
    '\n',
    '\r',
    '\u2028',
    '\0',
    '\u001b',
    '\u202e',
    '\\',
    '"',
    "'",
    '`',
    '[',
    '{"a":',
    '<',
    '=',
    '/',
    ':',
  ],
  ...[
    '-',
    '#',
    '.',
    '0',
    'a',
    '%25',
    '://',
    '->',
    '@',
    '##',
    '*',
    '\\"',
    '\'"',
    'a=b \\\n',
    'x ',
    '[a]\n',
    ', ',
  ],
]

/** By what they do. */
export const growths = ({ samples, attacks = [] }: Parser): ReadonlyMap<string, Grow> => {
  const between = (beginning: string, piece: string, end: string): Grow => {
    return (characters) =>
      beginning +
      piece.repeat(Math.max(1, Math.floor((characters - beginning.length - end.length) / piece.length))) +
      end
  }
  const all: [string, Grow][] = PIECES.flatMap((piece) => {
    const shown = JSON.stringify(piece)
    const sample = samples[0] ?? ''
    const middle = Math.floor(sample.length / 2)
    return [
      [`${shown} over and over`, between('', piece, '')],
      [`${shown} in a sample`, between(sample.slice(0, middle), piece, sample.slice(middle))],
    ]
  })
  return new Map([
    ...all,
    ...samples.map((sample): [string, Grow] => [
      `sample ${JSON.stringify(sample.slice(0, 40))} over and over`,
      between('', sample, ''),
    ]),
    ...attacks.map((attack): [string, Grow] => [JSON.stringify(attack), between(...attack)]),
  ])
}

/** Sizes that are compared, characters. In proportion, the second takes 8 times as long; by its square, 64 times. */
const SIZES = [8 * 1024, 64 * 1024] as const
/** More than noise makes of 8, less than a square makes. */
const MOST_RATIO = 24
/** Shorter times of the small size are all noise, milliseconds, and their square is no hang. */
const NOISE_MS = 2
/** A reader that takes longer than this for all that the door lets in hangs a run, milliseconds. */
const HANGS_MS = 10_000
const TRIES = 5

/**
 * A sentence where the time that a reader takes of the processor grows faster than the text; undefined where it does not. The
 * fastest of several tries is taken, and the small size is tried anew together with the large one.
 */
export const growsTooFast = (
  read: Parser['read'],
  grow: Grow,
  sizes: readonly [number, number] = SIZES,
): string | undefined => {
  const [few, many] = [grow(sizes[0]), grow(sizes[1])]
  let [small, large] = [Infinity, Infinity]
  for (let left = TRIES; left > 0; left--) {
    small = Math.min(small, timeOf(read, few))
    large = Math.min(large, timeOf(read, many))
    if (large <= MOST_RATIO * Math.max(small, NOISE_MS)) return undefined
  }
  return `${sizes[0]} characters took ${small.toFixed(1)} ms, ${sizes[1]} took ${large.toFixed(1)} ms`
}

/** The same where all that may come takes too long. */
export const hangs = ({ read, most = MOST }: Parser, grow: Grow): string | undefined => {
  const took = timeOf(read, grow(most))
  return took > HANGS_MS ? `${most} characters took ${took.toFixed(0)} ms` : undefined
}

const timeOf = (read: Parser['read'], text: string): number => {
  const began = process.cpuUsage()
  try {
    read(text)
  } catch {
    // What it throws is looked at elsewhere; here it is how long that takes.
  }
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}
