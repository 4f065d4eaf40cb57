import { parse } from 'yaml'
import { between, table } from './between.js'

/** An input or output as action.yml describes it. */
export interface Described {
  readonly description: string
  readonly default?: string
}

export interface ActionFile {
  readonly description: string
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
  return between(between(readme, 'inputs', MADE, inputs), 'outputs', MADE, outputs)
}

const MADE = 'made from action.yml by npm run docs'

const tables = (groups: Groups, tableOf: (names: readonly string[]) => string): string =>
  Object.entries(groups)
    .map(([title, names]) => `#### ${title}\n\n${tableOf(names)}`)
    .join('\n\n')

const inputTable = (names: readonly string[], described: ActionFile['inputs']): string =>
  table(
    ['input', 'default', 'what it does'],
    names.map((name) => [`\`${name}\``, shownDefault(described[name]), described[name]?.description ?? '']),
  )

const outputTable = (names: readonly string[], described: ActionFile['outputs']): string =>
  table(
    ['output', 'what it holds'],
    names.map((name) => [`\`${name}\``, described[name]?.description ?? '']),
  )

const shownDefault = (described: Described | undefined): string =>
  described?.default === undefined ? '' : `\`${described.default}\``
