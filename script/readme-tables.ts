import { parse } from 'yaml'

/** An input or output as action.yml describes it. */
export interface Described {
  readonly description: string
  readonly default?: string
}

export interface ActionFile {
  readonly inputs: Readonly<Record<string, Described>>
  readonly outputs: Readonly<Record<string, Described>>
}

export type Section = 'inputs' | 'outputs'

/** Names by the title of the group they stand in, in the order of action.yml. */
export type Groups = Readonly<Record<string, readonly string[]>>

export const readAction = (yaml: string): ActionFile => parse(yaml) as ActionFile

/**
 * The groups of a section: a comment line of its own (two spaces, `# Title`) begins one. Throws where a name stands
 * before the first title.
 */
export const readGroups = (yaml: string, section: Section): Groups => {
  const groups: Record<string, string[]> = {}
  let inside = false
  let title = ''
  for (const line of yaml.split('\n')) {
    if (/^\S/.test(line)) inside = line.startsWith(`${section}:`)
    if (!inside) continue
    title = /^ {2}# (.+)$/.exec(line)?.[1] ?? title
    const name = /^ {2}([a-z0-9-]+):/.exec(line)?.[1]
    if (name === undefined) continue
    if (title === '') throw new Error(`${section}: ${name} stands before the first title`)
    groups[title] = [...(groups[title] ?? []), name]
  }
  return groups
}

/** README text with the tables between its markers made anew from action.yml. Throws where a marker is missing. */
export const withTables = (readme: string, yaml: string): string => {
  const action = readAction(yaml)
  const inputs = tables(readGroups(yaml, 'inputs'), (names) => inputTable(names, action.inputs))
  const outputs = tables(readGroups(yaml, 'outputs'), (names) => outputTable(names, action.outputs))
  return between(between(readme, 'inputs', inputs), 'outputs', outputs)
}

const tables = (groups: Groups, table: (names: readonly string[]) => string): string =>
  Object.entries(groups)
    .map(([title, names]) => `#### ${title}\n\n${table(names)}`)
    .join('\n\n')

const inputTable = (names: readonly string[], described: ActionFile['inputs']): string =>
  [
    '| input | default | what it does |',
    '| --- | --- | --- |',
    ...names.map((name) =>
      row([`\`${name}\``, shownDefault(described[name]), described[name]?.description ?? '']),
    ),
  ].join('\n')

const outputTable = (names: readonly string[], described: ActionFile['outputs']): string =>
  [
    '| output | what it holds |',
    '| --- | --- |',
    ...names.map((name) => row([`\`${name}\``, described[name]?.description ?? ''])),
  ].join('\n')

const shownDefault = (described: Described | undefined): string =>
  described?.default === undefined ? '' : `\`${described.default}\``

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.trim().replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`

const between = (text: string, name: Section, content: string): string => {
  const [start, end] = [`<!-- ${name}: made from action.yml by npm run docs -->`, `<!-- /${name} -->`]
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`README.md has no ${start} ... ${end}`)
  // Prettier would pad every cell to the width of the longest one.
  const ignored = `<!-- prettier-ignore-start -->\n\n${content}\n\n<!-- prettier-ignore-end -->`
  return `${text.slice(0, from + start.length)}\n\n${ignored}\n\n${text.slice(to)}`
}
