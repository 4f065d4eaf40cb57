/**
 * A page with the text between its markers `<!-- NAME: MADE -->` and `<!-- /NAME -->` replaced; `made` says from what it is
 * made. Throws where a marker is missing.
 */
export const between = (page: string, name: string, made: string, content: string): string => {
  const [start, end] = [`<!-- ${name}: ${made} -->`, `<!-- /${name} -->`]
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`there is no ${start} ... ${end} in the page`)
  // Prettier would pad every cell to the width of the longest one.
  const ignored = `<!-- prettier-ignore-start -->\n\n${content}\n\n<!-- prettier-ignore-end -->`
  return `${page.slice(0, from + start.length)}\n\n${ignored}\n\n${page.slice(to)}`
}

/** A table as Markdown has it; blanks and line ends inside a cell become one blank. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.trim().replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`
