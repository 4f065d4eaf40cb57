import { variableOf } from './names.js'
import type { Variable } from './variables.js'

/** What etcd runs, or will run, with: its flags by name with dashes (the last value counts), and its environment. */
export interface Sources {
  readonly flags: ReadonlyMap<string, readonly string[]>
  readonly variables: readonly Variable[]
}

/** A setting as etcd takes it. `value` is undefined where it is not known: in a file that was not read, or it may be secret. */
export interface Setting {
  readonly value: string | undefined
  readonly from: 'config file' | 'flag' | 'variable' | 'default'
  /** Path of the config file, the flag, or where the variable is set; empty for the default. */
  readonly source: string
}

/** The file that etcd reads its settings from, and then from nowhere else; undefined where there is none. */
export const configFileOf = ({ flags, variables }: Sources): Setting | undefined => {
  const flag = flags.get('--config-file')?.at(-1)
  if (flag !== undefined && flag !== '') return { value: undefined, from: 'config file', source: flag }
  const variable = variables.find(({ name }) => name === 'ETCD_CONFIG_FILE')
  if (!variable?.value) return undefined
  return { value: undefined, from: 'config file', source: `${variable.value} (${variable.source})` }
}

/**
 * Where etcd has a setting from, named by its flag without dashes: the config file alone where there is one, else the flag, else the
 * variable unless it is empty, else the default (etcd server/etcdmain/config.go parse, pkg/flags/flag.go).
 */
export const settingOf = (name: string, sources: Sources): Setting => {
  const file = configFileOf(sources)
  if (file) return file
  const flag = sources.flags.get(`--${name}`)?.at(-1)
  if (flag !== undefined) return { value: flag, from: 'flag', source: `--${name}` }
  const variable = sources.variables.find((one) => one.name === variableOf(name))
  return variable !== undefined && variable.value !== ''
    ? { value: variable.value, from: 'variable', source: variable.source }
    : { value: undefined, from: 'default', source: '' }
}
