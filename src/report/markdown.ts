import type { Block } from './page.js'

/** Longest text of one cell or paragraph; what hosts say can be of any length. */
const LONGEST = 2000

/**
 * A text as it is, for a table cell or a paragraph: all that GitHub's markdown, tables or HTML would take for a sign is
 * written as a character reference, also what makes a link of an address or a mention of a name; line ends become blanks, and very
 * long text is cut.
 */
export const escaped = (text: string): string =>
  // A table row is split at pipes before anything else is read, even inside code: references are safe everywhere.
  cutAt(text, LONGEST)
    .replace(/\s+/gu, ' ')
    .trim()
    // `$` begins a formula, `:` an emoji or, before `//`, the rest of an address.
    .replace(/[&<>|`*_[\]~#\\@$]|:(?=\S)|(?<=\bwww)\.|^[-+=](?=\s|$|[-=])|^\d+(?=[.)](?:\s|$))/giu, (sign) =>
      [...sign].map((letter) => `&#${letter.codePointAt(0)};`).join(''),
    )

/** Whole characters, as many as fit. */
const cutAt = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`

/** A table with a heading; every cell is escaped. It can be cut between rows. */
export const table = (head: readonly string[], body: readonly (readonly string[])[]): Block => ({
  before: [row(head), `|${' --- |'.repeat(head.length)}`],
  rows: body.map(row),
  after: [],
})

const row = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`

/** A list; every item is escaped. */
export const list = (items: readonly string[]): Block => ({
  before: [],
  rows: items.map((item) => `- ${escaped(item)}`),
  after: [],
})

/** Lines as they are, with nothing in them taken for markdown: the fence is longer than any in the lines. */
export const codeBlock = (language: string, lines: readonly string[]): Block => {
  const rows = lines.map((line) => cutAt(line, LONGEST).replace(/[\r\n\u2028\u2029]+/g, ' '))
  const longest = rows
    .flatMap((row) => row.match(/`+/g) ?? [])
    .reduce((most, { length }) => Math.max(most, length), 2)
  const fence = '`'.repeat(longest + 1)
  return { before: [`${fence}${language}`], rows, after: [fence] }
}
