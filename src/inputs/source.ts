import { basename, isAbsolute } from 'node:path'
import action from './action.json'
import type { CommandLine } from './flags.js'
import { SECRET, type InputProblem } from './problem.js'
import { HIDDEN_INPUTS, INPUT_NAMES, type InputName, VARIABLE_PREFIX, variableOf } from './table.js'

/** Gives the text of an input: trimmed, lines kept, empty where it is not set. */
export type ReadInput = (name: InputName) => string

/** Inputs as the system handed them over. */
export interface Source {
  readonly read: ReadInput
  /** What is wrong with how they were handed over. */
  readonly problems: readonly InputProblem[]
  /** Variables that have our prefix and belong to no input. */
  readonly strays: readonly string[]
}

/** Inputs from a plain record, trimmed as the CI systems do. */
export const fromRecord =
  (texts: Readonly<Record<string, string>>): ReadInput =>
  (name) =>
    (Object.hasOwn(texts, name) ? (texts[name] ?? '') : '').trim()

export interface Places {
  readonly env: NodeJS.ProcessEnv
  readonly commandLine: CommandLine
  /** Are we a plugin, whose settings are variables named PLUGIN_...? */
  readonly plugin: boolean
  /** Text of a file; throws where it cannot be read. */
  readonly readFile: (path: string) => string
}

/** Of the variables that hold the settings of a plugin. */
const PLUGIN = 'PLUGIN_'

/** Variables with our prefix that are no inputs: settings of ours, what hooks are told, what an earlier job put out. */
const NO_INPUT = /^ETCD_DEPLOY_(?:RESULTS_DIR|DEBUG|MEMBER|ENDPOINT|STEP|OUTPUT_\w+)$/

/**
 * Looks for each input on the command line, then in INPUT_NAME (GitHub, Gitea, Forgejo), PLUGIN_NAME (Woodpecker, Drone) and
 * ETCD_DEPLOY_NAME, then takes the default that action.yml gives it. An empty variable is a value on GitHub, where the runner sets
 * all of them, and nothing elsewhere.
 */
export const openSource = ({ env, commandLine, plugin, readFile }: Places): Source => {
  const problems: InputProblem[] = commandLine.faults.map(({ word, rule }) =>
    problem(word || 'the command line', rule),
  )
  const fileText = (input: string, path: string): string => {
    try {
      return readFile(path)
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException
      problems.push(problem(input, `names a file that cannot be read: ${path}: ${code}`))
      return ''
    }
  }
  const flagText = (name: InputName, value: string): string => {
    if (value.startsWith('@')) return fileText(`--${name}`, value.slice(1))
    if (HIDDEN_INPUTS.has(name) && value !== '') problems.push(onCommandLine(name))
    return value
  }
  const variableText = (variable: string): string | undefined => {
    const value = env[variable]
    // GitLab's variables of type File: the value is the path of a file that is named as the variable.
    return value && isAbsolute(value) && basename(value) === variable ? fileText(variable, value) : value
  }
  const given = (name: InputName): string | undefined =>
    commandLine.flags
      .get(name)
      ?.map((value) => flagText(name, value))
      .join('\n') ??
    env[`INPUT_${name.toUpperCase()}`] ??
    ((plugin && variableText(variableOf(name, PLUGIN))) || variableText(variableOf(name)) || undefined)

  const texts = Object.fromEntries(INPUT_NAMES.map((name) => [name, given(name) ?? defaultOf(name)]))
  const unknown = (prefix: string): string[] =>
    Object.keys(env).filter((name) => name.startsWith(prefix) && !isVariable(name, prefix))
  for (const name of commandLine.flags.keys()) {
    if (!isInput(name)) problems.push(problem(`--${name}`, 'is not an input; --help lists all of them'))
  }
  for (const name of plugin ? unknown(PLUGIN) : []) {
    problems.push(problem(settingOf(name), 'is not a setting of this plugin; its settings are the inputs'))
  }
  return {
    read: fromRecord(texts),
    problems,
    strays: unknown(VARIABLE_PREFIX).filter((name) => !NO_INPUT.test(name)),
  }
}

const DEFAULTS: ReadonlyMap<string, string> = new Map(
  action.inputs.map(({ name, default: text }) => [name, text ?? '']),
)

const defaultOf = (name: InputName): string => DEFAULTS.get(name) ?? ''

const isInput = (name: string): boolean => DEFAULTS.has(name)

const isVariable = (variable: string, prefix: string): boolean =>
  INPUT_NAMES.some((name) => variableOf(name, prefix) === variable)

const settingOf = (variable: string): string =>
  variable.slice(PLUGIN.length).toLowerCase().replaceAll('_', '-')

const problem = (input: string, rule: string): InputProblem => ({ input, value: '', rule, example: '' })

const onCommandLine = (name: InputName): InputProblem => ({
  input: name,
  value: SECRET,
  rule:
    'must not stand on a command line, which every user of the machine can read: ' +
    `put it into the environment variable ${variableOf(name)}, or into a file of your own that only you can read`,
  example: `--${name}=@/run/secrets/${name}`,
})
