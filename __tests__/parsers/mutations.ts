import fc from 'fast-check'
import type { Parser } from './parser.js'

/** What means something to one reader or another, or is at the edge of what a text can hold. */
const SIGNS = [
  ...[
    '\0',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\u001b[31m',
    '\u0085',
    '\u2028',
    '\u202e',
    '\u200b',
    '\ufeff',
    '\ud800',
    '😀',
  ],
  ...[
    '"',
    "'",
    '\\',
    '\\\n',
    '`',
    '$',
    '%',
    '%%',
    '#',
    ';',
    ',',
    '=',
    ':',
    '::',
    '##[',
    '/',
    '@',
    '*',
    '[',
    ']',
    '{',
    '}',
  ],
  ...[
    '::error::',
    '##vso[x]',
    '-----BEGIN ',
    '-----',
    '\\UFFFFFFFF',
    '\\x',
    '1e999',
    '9'.repeat(40),
    '-0',
    '0x',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'null',
    'true',
    '{"toString":1}',
    '[]',
    '\x80\x80',
    '\xff',
    '0\x80',
  ],
]

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...SIGNS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
)

/** Places are parts of the whole, in 65536ths, as a text is of another length after each change. */
const place = fc.nat(0xffff)

const edit = fc.record({
  how: fc.constantFrom('insert', 'replace', 'cut', 'double', 'end', 'flip'),
  from: place,
  length: fc.nat(40),
  piece,
})
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

const edited = (text: string, { how, from, length, piece }: Edit): string => {
  const at = Math.floor((text.length * from) / 0x10000)
  const [before, part, behind] = [text.slice(0, at), text.slice(at, at + length), text.slice(at + length)]
  switch (how) {
    case 'insert':
      return before + piece + part + behind
    case 'replace':
      return before + piece + behind
    case 'cut':
      return before + behind
    case 'double':
      return before + part + part + behind
    case 'end':
      return before
    case 'flip':
      return before + String.fromCharCode(text.charCodeAt(at) ^ (1 << (length % 8))) + text.slice(at + 1)
  }
}

/** Texts for a reader: its samples with some changes, pieces of two of them put together, and signs that follow each other. */
export const textsFor = ({ samples }: Parser): fc.Arbitrary<string> => {
  const sample = fc.constantFrom(...samples)
  const edits = fc.array(edit, { maxLength: 5 })
  const mutated = fc.tuple(sample, edits).map(([text, changes]) => changes.reduce(edited, text))
  const spliced = fc
    .tuple(sample, sample, place, place, edits)
    .map(([one, other, end, start, changes]) =>
      changes.reduce(
        edited,
        one.slice(0, (one.length * end) / 0x10000) + other.slice((other.length * start) / 0x10000),
      ),
    )
  const signs = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  return fc.oneof(
    { weight: 5, arbitrary: mutated },
    { weight: 2, arbitrary: spliced },
    { weight: 2, arbitrary: signs },
  )
}
