import type { Fault, Parsed, Parser } from './parsed.js'

/** A `#` at the start of a line or after a blank or comma begins a comment. */
const COMMENT = /(^|[\s,])#[^]*/

/** The lines of a text without comments, blanks around them and empty ones. */
export const linesOf = (text: string): string[] =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(COMMENT, '$1').trim())
    .filter((line) => line !== '')

/** The items of a list: one per line or separated by commas. */
export const itemsOf = (text: string): string[] =>
  linesOf(text).flatMap((line) =>
    line
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )

/** What a list holds: the items that are right, and what is wrong with the others. */
export interface ParsedList<T> {
  readonly values: readonly T[]
  readonly faults: readonly Fault[]
}

/** Parses every item, so that all faults of a list are reported together. */
export const parseEach = <T>(items: readonly string[], parse: Parser<T>): ParsedList<T> => {
  const parsed = items.map(parse)
  return {
    values: parsed.flatMap((one) => (one.ok ? [one.value] : [])),
    faults: parsed.flatMap((one) => (one.ok ? [] : one.faults)),
  }
}

/** A parser of comma- or line-separated lists from a parser of their items. */
export const listOf =
  <T>(parse: Parser<T>): Parser<readonly T[]> =>
  (text) => {
    const { values, faults }: ParsedList<T> = parseEach(itemsOf(text), parse)
    return faults.length === 0 ? { ok: true, value: values } : ({ ok: false, faults } satisfies Parsed<never>)
  }
