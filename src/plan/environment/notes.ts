import type { Desired } from '../../cluster/desired.js'
import type { HostObserved, Observed } from '../../cluster/observed.js'
import { ignoredBy } from '../../etcd/settings/ignored.js'
import { flagOf, shown } from '../../etcd/settings/names.js'
import { PROXY_VARIABLES } from '../../etcd/settings/proxy.js'
import { processVariables, type Variable } from '../../etcd/settings/variables.js'
import { hostOf } from '../evidence.js'
import { nextStartOf } from './start.js'

export interface EnvironmentSaid {
  readonly notes: readonly string[]
  /** What should not stay as it is, though it keeps nothing from going on. */
  readonly warnings: readonly string[]
}

const SPARED: readonly string[] = [...PROXY_VARIABLES, 'NO_PROXY', 'no_proxy']

/**
 * What the members take from their environment besides what the inputs ask for: said, so that nobody looks for it in the unit, and
 * warned of where it is not the same for all, as most settings have to be.
 */
export const environmentSaid = (desired: Desired, observed: Observed): EnvironmentSaid => {
  const members = desired.members.map((member) => {
    const host = hostOf(observed, member)
    const next = counting(nextStartOf(desired, host)?.variables ?? [])
    const now = nowOf(host)
    return { member: member.name, now, next, used: now ?? next }
  })
  const names = [...new Set(members.flatMap(({ used, next }) => [...used, ...next].map(({ name }) => name)))]
  const differing = names.filter((name) => new Set(members.map(({ used }) => valueOf(used, name))).size > 1)
  const { version } = desired.release
  return {
    warnings: differing.map(
      (name) =>
        `the members do not run with the same ${name}: ${members
          .map(({ member, used }) => `${member} ${described(used, name)}`)
          .join(', ')}; give it to all of them as etcd-args, and take it out where it is set`,
    ),
    notes: members.flatMap(({ member, now, next, used }) => [
      ...used
        .filter(({ name }) => !differing.includes(name))
        .map((variable) => `${member}: ${shown(variable)} comes from ${placeOf(variable, next)}, and counts`),
      ...names
        .filter((name) => now !== undefined && valueOf(now, name) !== valueOf(next, name))
        .map((name) => `${member}: its next start changes ${name}: ${described(next, name)}`),
      ...next.flatMap((variable) => {
        const why = ignoredBy(version, variable.name, variable.value ?? '')
        return why === undefined
          ? []
          : [
              `${member}: etcd ${version} takes no notice of ${shown(variable)} in ${variable.source} (${why})`,
            ]
      }),
    ]),
  }
}

const nowOf = ({ environment }: HostObserved): readonly Variable[] | undefined => {
  const now = environment && processVariables(environment)
  return now && counting(now)
}

/** Proxies are judged by where they lead, and who a member is comes from its data (etcd server/etcdserver/bootstrap.go). */
const counting = (variables: readonly Variable[]): readonly Variable[] =>
  variables.filter(
    ({ name, value }) =>
      value !== '' &&
      !SPARED.includes(name) &&
      !(flagOf(name)?.startsWith('initial-') && !/corrupt/i.test(name)),
  )

/** `True` is `true` to etcd (strconv.ParseBool). */
const valueOf = (variables: readonly Variable[], name: string): string | undefined => {
  const value = variables.find((variable) => variable.name === name)?.value
  return /^true$/i.test(value ?? '') ? 'true' : /^false$/i.test(value ?? '') ? 'false' : value
}

const described = (variables: readonly Variable[], name: string): string => {
  const variable = variables.find((one) => one.name === name)
  if (variable === undefined) return 'without it'
  return `${variable.value === undefined ? 'with it' : variable.value} (${variable.source})`
}

/** The process itself does not know where a variable of its came from. */
const placeOf = (variable: Variable, next: readonly Variable[]): string =>
  next.find(({ name, value }) => name === variable.name && value === variable.value)?.source ??
  variable.source
