import type { Desired, EtcdFlag } from '../cluster/desired.js'
import type { HostObserved, ProcessFact } from '../cluster/observed.js'
import { rulesOf } from '../etcd/flag-judgements.js'
import { flagOf, shown } from '../etcd/settings/names.js'
import { processVariables } from '../etcd/settings/variables.js'
import { flagsIn } from './argv.js'
import { nextStartOf } from './environment/start.js'

/** A host as far as that is asked for here. */
type Risky = Pick<HostObserved, 'member' | 'environment'> & {
  readonly process?: Pick<ProcessFact, 'argv'> | undefined
}

/**
 * What a member runs with that opens it, or puts its data at risk, and that no input asked for: warned of and never refused, as it is
 * there already. One sentence each, without its full stop.
 */
export const riskWarnings = (desired: Desired, host: Risky): readonly string[] => [
  ...flagRisks(host).map(
    ({ flag, says }) =>
      `${host.member}: its etcd runs with ${flag}, which ${says}; a deploy that restarts it takes that out`,
  ),
  ...variableRisks(desired, host).map(
    ({ variable, says }) =>
      `${host.member}: ${variable} ${says}; take it out there, then run systemctl daemon-reload, and restart the members one at a time`,
  ),
]

const flagRisks = ({ process }: Risky): readonly { flag: string; says: string }[] =>
  [...flagsIn(process?.argv ?? [])].flatMap(([dashed, values]) => {
    const flag = { name: dashed.slice(2), value: values.at(-1) ?? '' }
    const says = riskOf(flag)
    return says === undefined ? [] : [{ flag: `${dashed}=${flag.value}`, says }]
  })

const variableRisks = (desired: Desired, host: Risky): readonly { variable: string; says: string }[] => {
  const next = nextStartOf(desired, host)?.variables ?? []
  const now = (host.environment && processVariables(host.environment)) ?? []
  const all = new Map([...now, ...next].map((variable) => [variable.name, variable]))
  return [...all.values()].flatMap((variable) => {
    const name = flagOf(variable.name)
    const says = name === undefined ? undefined : riskOf({ name, value: variable.value ?? '' })
    return says === undefined ? [] : [{ variable: `${shown(variable)} (${variable.source})`, says }]
  })
}

/** An empty value is none to etcd, of a flag and of a variable alike. */
const riskOf = ({ name, value }: EtcdFlag): string | undefined =>
  value === ''
    ? undefined
    : rulesOf(name).find(({ risk, of }) => risk === true && (of === undefined || of(value)))?.says
