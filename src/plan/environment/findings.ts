import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import type { HostObserved } from '../../cluster/observed.js'
import { parseExecStart } from '../../etcd/parse-unit.js'
import { ignoredBy } from '../../etcd/settings/ignored.js'
import { shown, variableOf } from '../../etcd/settings/names.js'
import { configFileOf } from '../../etcd/settings/setting.js'
import { processVariables, type Variable } from '../../etcd/settings/variables.js'
import { flagsIn } from '../argv.js'
import { changesBetween } from '../deviation.js'
import type { HostFinding } from '../checks/check.js'
import { wantedUnit } from '../unit.js'
import { nextStartOf, type NextStart, wantedFlags } from './start.js'

/**
 * What a member inherits at its next start that would keep its etcd from starting, or from running as asked: none of it can be seen in its
 * unit, and no restart, nor the revert of one, changes it.
 */
export const environmentFindings = (
  desired: Desired,
  member: Member,
  host: HostObserved,
): readonly HostFinding[] => {
  const start = nextStartOf(desired, host)
  if (start === undefined) return []
  return [
    ...configFile(start),
    ...conflicts(start, wantedFlags(desired, member)),
    ...replacements(start, wantedUnit(desired, member)),
    ...missing(start),
    ...losses(desired, host, start),
  ]
}

const RELOAD = 'then run systemctl daemon-reload'

const configFile = ({ variables }: NextStart): readonly HostFinding[] => {
  const file = configFileOf({ flags: new Map(), variables })
  return file === undefined
    ? []
    : [
        {
          problem: `ETCD_CONFIG_FILE makes etcd read all settings from ${file.source} and ignore its flags`,
          next: `take that variable out, give the settings of the file as etcd-args where they are needed, ${RELOAD}`,
        },
      ]
}

/** Fatal in every release, with an equal or an empty value too (etcd pkg/flags/flag.go verifyEnv). */
const conflicts = ({ variables }: NextStart, flags: readonly string[]): readonly HostFinding[] => {
  const taken = new Map(flags.map((flag) => [variableOf(flag), flag]))
  return variables.flatMap((variable) => {
    const flag = taken.get(variable.name)
    return flag === undefined
      ? []
      : [
          {
            problem: `${shown(variable)} is set in ${variable.source}, and etcd does not start where a variable is set beside its flag --${flag}, whatever the values`,
            next: `take it out there, ${RELOAD}; the flag stays as the inputs say`,
          },
        ]
  })
}

const replacements = ({ replaced }: NextStart, unitText: string): readonly HostFinding[] => {
  const wanted = parseExecStart(unitText)
  if (replaced === undefined || wanted === undefined) return []
  const differs =
    replaced.argv[0] !== wanted[0] ||
    changesBetween(countingFlags(replaced.argv), countingFlags(wanted)).length > 0
  return differs
    ? [
        {
          problem: `a drop-in starts another command than its unit says (${replaced.source})`,
          next: `give its flags as etcd-args where they are needed, take ExecStart= out there, ${RELOAD}`,
        },
      ]
    : []
}

/** Without those that count at the bootstrap only. */
const countingFlags = (argv: readonly string[]): ReadonlyMap<string, readonly string[]> =>
  new Map([...flagsIn(argv)].filter(([name]) => !name.startsWith('--initial-')))

const missing = ({ missing: files }: NextStart): readonly HostFinding[] =>
  files.map(({ path, source }) => ({
    problem: `there is no ${path}, which ${source} names as EnvironmentFile=, and systemd does not start a service without it`,
    next: `write that file, or put a - before its path, ${RELOAD}`,
  }))

/**
 * A variable that the running release goes by and the one asked for does not know is gone without a word but a warning in the
 * journal: what was switched on by it is off.
 */
const losses = (desired: Desired, host: HostObserved, { variables }: NextStart): readonly HostFinding[] => {
  const runs = host.binaries.etcd?.version ?? ''
  const used = (host.environment && processVariables(host.environment)) ?? []
  const { version } = desired.release
  return variables.flatMap((variable) => {
    const why = whyLost(variable, version)
    const inUse = used.some(({ name }) => name === variable.name)
    return why === undefined || !inUse || runs === '' || whyLost(variable, runs) !== undefined
      ? []
      : [
          {
            problem: `${shown(variable)} (${variable.source}) is in use, and etcd ${version} takes no notice of it (${why})`,
            next: `take it out there, give what is still needed as etcd-args in the form that ${version} knows, ${RELOAD}`,
          },
        ]
  })
}

/** What is off already cannot be lost. */
const whyLost = ({ name, value = '' }: Variable, version: string): string | undefined =>
  /^(?:|0|f|false|off)$/i.test(value) ? undefined : ignoredBy(version, name, value)
