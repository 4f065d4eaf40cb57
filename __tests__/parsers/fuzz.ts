import fc from 'fast-check'
import { Failure } from '../../src/failure.js'
import { textsFor } from './mutations.js'
import type { Parser } from './parser.js'

/** Longer than the longest pause of a busy machine, milliseconds: no text here has more than some thousand characters. */
const HANGS_MS = 5000

/** What is wrong with how a reader takes a text, a sentence; undefined where nothing is. */
export const wrongWith = ({ read, refuses, law }: Parser, text: string): string | undefined => {
  const began = performance.now()
  try {
    read(text)
  } catch (error) {
    if (!(error instanceof Failure)) return `it threw ${error instanceof Error ? error.stack : String(error)}`
    if (refuses === undefined) return `it threw a Failure: ${error.message}`
  }
  const took = performance.now() - began
  return took > HANGS_MS ? `it took ${took.toFixed(0)} ms` : law?.(text)
}

/** Tries a reader with so many texts. Gives a report with the smallest text that was found to be wrong; undefined: none was. */
export const fuzz = (parser: Parser, cases: number, seed: number): string | undefined => {
  const details = fc.check(
    fc.property(textsFor(parser), (text) => {
      const wrong = wrongWith(parser, text)
      if (wrong !== undefined) throw new Error(wrong)
    }),
    { numRuns: cases, seed },
  )
  if (!details.failed) return undefined
  const text = details.counterexample?.[0] ?? ''
  return `${parser.name}, seed ${seed}: ${JSON.stringify(text)}: ${wrongWith(parser, text) ?? 'only once'}`
}

/** How many cases each reader gets of so many in all, by their shares; at least one. */
export const shared = (parsers: readonly Parser[], cases: number): readonly (readonly [Parser, number])[] => {
  const sum = parsers.reduce((all, { share = 1 }) => all + share, 0)
  return parsers.map((parser) => [parser, Math.max(1, Math.round((cases * (parser.share ?? 1)) / sum))])
}
