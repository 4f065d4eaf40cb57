import { describe, expect, it } from 'vitest'
import { fuzz, shared, wrongWith } from './fuzz.js'
import type { Parser } from './parser.js'
import { PARSERS } from './registry.js'

const CASES = 30_000
/** The same ones each time, so that a change that breaks a reader is to blame; `script/fuzz` tries new ones. */
const SEED = 20_261_126

describe(`${CASES} changed texts`, () => {
  it.each(shared(PARSERS, CASES).map(([parser, cases]) => [parser.name, parser, cases] as const))(
    '%s',
    (_, parser, cases) => expect(fuzz(parser, cases, SEED)).toBe(undefined),
    120_000,
  )

  it.each(PARSERS.map((parser) => [parser.name, parser] as const))(
    'no text, and samples: %s',
    (_, parser) => {
      expect(['', ...parser.samples].map((text) => wrongWith(parser, text)).filter(Boolean)).toEqual([])
    },
  )
})

describe('what is wrong is seen', () => {
  const parser = (more: Partial<Parser>): Parser => ({
    name: 'x',
    files: [],
    read: () => '',
    samples: ['a"b'],
    ...more,
  })

  it.each<[string, Partial<Parser>, RegExp]>([
    [
      'an error of JavaScript',
      { read: (text) => String.fromCodePoint(Number(text.includes('"') ? -1 : 1)) },
      /RangeError/,
    ],
    [
      'a law that does not hold',
      { law: (text) => (text.includes('"') ? 'a quote' : undefined) },
      /: a quote$/,
    ],
  ])('%s', (_, more, report) => expect(fuzz(parser(more), 1000, 1)).toMatch(report))
})
