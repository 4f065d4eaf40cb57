import { isSecretVariable } from './hidden.js'

const PREFIX = 'ETCD_'

/** The variable that etcd takes for a flag, named without dashes: `data-dir` -> `ETCD_DATA_DIR` (etcd pkg/flags/flag.go FlagToEnv). */
export const variableOf = (flag: string): string =>
  PREFIX + flag.replace(/^-+/, '').toUpperCase().replaceAll('-', '_')

/** The flag that a variable stands for, without dashes; undefined where it is none of etcd's. */
export const flagOf = (variable: string): string | undefined =>
  variable.startsWith(PREFIX) ? variable.slice(PREFIX.length).toLowerCase().replaceAll('_', '-') : undefined

/** `NAME=VALUE`, or the name alone where the value may be secret. */
export const shown = ({
  name,
  value,
}: {
  readonly name: string
  readonly value: string | undefined
}): string => (value === undefined || isSecretVariable(name) ? name : `${name}=${value}`)
