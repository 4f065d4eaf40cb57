/** Longest text of one cell or paragraph; what hosts say can be of any length. */
const LONGEST = 2000

/**
 * A text as it is, for a table cell or a paragraph: all that GitHub's markdown, tables or HTML would take for a sign is
 * written as a character reference, line ends become blanks, and very long text is cut.
 */
export const escaped = (text: string): string =>
  // A table row is split at pipes before anything else is read, even inside code: references are safe everywhere.
  (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
    .replace(/\s+/gu, ' ')
    .replace(/[&<>|`*_[\]~#\\]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .trim()

/** A table with a heading; every cell is escaped. */
export const table = (head: readonly string[], body: readonly (readonly string[])[]): readonly string[] => [
  row(head),
  row(head.map(() => '---')),
  ...body.map(row),
]

const row = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`

/** Lines as they are, with nothing in them taken for markdown: the fence is longer than any in the lines. */
export const codeBlock = (language: string, lines: readonly string[]): readonly string[] => {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)),
  )
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, ...lines.map((line) => line.replace(/[\r\n]+/g, ' ')), fence]
}
