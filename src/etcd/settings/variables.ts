import type { EnvironmentFact, EnvironmentRow } from '../../cluster/observed.js'
import { splitWords } from '../parse-unit.js'

/** A variable of an environment, with where it is set. */
export interface Variable {
  readonly name: string
  /** undefined: it may be secret, and was not read. */
  readonly value: string | undefined
  /** As people look for it: `/etc/default/etcd, line 3`, `the environment of systemd (systemctl show-environment)`. */
  readonly source: string
}

const MANAGER = 'the environment of systemd (systemctl show-environment)'

/** What the running process was given; undefined where it could not be looked at. */
export const processVariables = ({ process }: EnvironmentFact): readonly Variable[] | undefined =>
  process && latest(process.flatMap(variableIn))

/**
 * What a service is given at its start, each variable once, from the place that has the last word (systemd.exec(5), ENVIRONMENT): systemd's own
 * variables, PassEnvironment=, Environment=, EnvironmentFile=, without what UnsetEnvironment= takes away. `without`: a file whose
 * settings will be gone by then, a unit that is about to be replaced.
 */
export const givenVariables = (
  { given }: EnvironmentFact,
  { without, unset = [] }: { readonly without?: string; readonly unset?: readonly string[] } = {},
): readonly Variable[] => {
  const rows = given.filter(({ file, by }) => without === undefined || (file !== without && by !== without))
  const gone = new Set([
    ...unset,
    ...rows.filter(({ kind }) => kind === 'unset').map(({ text }) => bare(text)),
  ])
  return latest(
    [
      ...rows.filter(({ kind }) => kind === 'manager'),
      ...rows.filter(({ kind }) => kind === 'passed'),
      ...sinceReset(rows, 'unit', 'Environment'),
      ...sinceReset(rows, 'file', 'EnvironmentFile'),
    ].flatMap(variableIn),
  ).filter(({ name }) => !gone.has(name))
}

/** An empty setting forgets all that stand before it. */
const sinceReset = (
  rows: readonly EnvironmentRow[],
  kind: EnvironmentRow['kind'],
  key: string,
): readonly EnvironmentRow[] => {
  const last = rows.findLastIndex((row) => row.kind === 'reset' && row.text === key)
  return rows.slice(last + 1).filter((row) => row.kind === kind)
}

const latest = (variables: readonly Variable[]): readonly Variable[] => [
  ...new Map(variables.map((variable) => [variable.name, variable])).values(),
]

const variableIn = (row: EnvironmentRow): readonly Variable[] => {
  const text = row.kind === 'process' ? row.text : unquoted(row)
  const equals = text.indexOf('=')
  if (equals <= 0) return []
  const name = text.slice(0, equals)
  const value = row.hidden ? undefined : withoutUser(name, text.slice(equals + 1))
  return [{ name, value, source: sourceOf(row) }]
}

/** By the rules of the place: a word of systemd's (in units, and near enough in environment files), or of the shell (`$'...'`). */
const unquoted = ({ kind, text }: EnvironmentRow): string => {
  if (kind === 'manager') {
    const equals = text.indexOf('=') + 1
    const value = text.slice(equals).replace(/^\$?(["'])(.*)\1$/s, '$2')
    return (text.slice(0, equals) + value).replaceAll(/\\(.)/g, '$1')
  }
  if (kind === 'passed') return text
  const words = splitWords(text).join(' ')
  return kind === 'unit' ? words.replaceAll('%%', '%') : words
}

/** Once more, in case it was written in a way that the host's filter does not see through. */
const withoutUser = (name: string, value: string): string =>
  /_proxy$/i.test(name)
    ? value.replace(/^(?:([a-z0-9+.-]+:\/\/))?.*@/i, '$1')
    : value.replace(/^([^/@]*:\/\/)[^]*@/, '$1')

const bare = (word: string): string => word.replace(/^(["'])(.*)\1$/, '$2')

const sourceOf = ({ kind, file, line }: EnvironmentRow): string => {
  if (kind === 'manager') return MANAGER
  if (kind === 'process') return 'the environment of its process'
  const place = `${file}, line ${line}`
  return kind === 'passed' ? `${place} (PassEnvironment=)` : place
}
