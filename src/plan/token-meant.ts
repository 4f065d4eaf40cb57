import type { Desired } from '../cluster/desired.js'
import type { HostObserved, Observed } from '../cluster/observed.js'
import { TUNING } from '../etcd/flags.js'
import { type TuningFlag, flagsToKeep, TOKEN } from '../etcd/kept-flags.js'
import { parseExecStart } from '../etcd/parse-unit.js'
import { flagsIn } from './argv.js'
import { begunToken } from './marker.js'

/**
 * Stands in plans, and so in their digests, for the token that a bootstrap makes for its cluster alone: a plan is the same each time it
 * is made. No input can hold it.
 */
export const NEW_TOKEN = '(unique)'

/** What `cluster-token` means where it is left out and there may be no cluster: the token of the bootstrap that was begun, else a new one. */
export const withBegunToken = (asked: Desired, { hosts }: Observed): Desired =>
  asked.etcd.clusterToken === '' ? withToken(asked, begunToken(asked, hosts) ?? NEW_TOKEN) : asked

/** A token in the place of the one there is. */
export const withToken = (desired: Desired, clusterToken: string): Desired => ({
  ...desired,
  etcd: { ...desired.etcd, clusterToken },
})

/**
 * The same where there is a cluster: each member keeps the token that its unit has, and tuning values that this action once set. One
 * without a unit gets the token of the others, and none where nobody tells it: etcd does not look at it any more.
 */
export const withKeptFlags = (
  desired: Desired,
  asked: Pick<Desired, 'etcd'>,
  { hosts }: Observed,
  tuning: readonly TuningFlag[] = TUNING,
): Desired => {
  const kept = desired.members.flatMap(({ name }) => {
    const host = hosts.find(({ member }) => member === name)
    if (host === undefined) return []
    const flags = flagsToKeep(asked.etcd, valuesOf(host), tuning)
    return flags.length === 0 ? [] : [{ member: host.member, flags }]
  })
  const tokens = kept.flatMap(({ flags }) => flags.filter(({ name }) => name === TOKEN))
  const { etcd } = desired
  const clusterToken = etcd.clusterToken === NEW_TOKEN ? (tokens[0]?.value ?? '') : etcd.clusterToken
  return { ...desired, etcd: { ...etcd, clusterToken, ...(kept.length === 0 ? {} : { kept }) } }
}

/** What the unit of a host has of a flag, else what runs there. */
const valuesOf = ({ service, process }: HostObserved): ((name: string) => string | undefined) => {
  const argv = (service.unit && parseExecStart(service.unit.text)) ?? process?.argv ?? []
  const flags = flagsIn(argv)
  return (name) => flags.get(`--${name}`)?.at(-1)
}
