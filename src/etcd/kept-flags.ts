import type { Desired, EtcdFlag } from '../cluster/desired.js'

/** A flag that is set unless `etcd-args` says otherwise. */
export interface TuningFlag extends EtcdFlag {
  /**
   * Values that this action set before it had this one. A member that runs with one of them keeps it: who updates the action has
   * not asked for a restart. Any other value was set by hand, and is put right. Absent: it always had this one.
   */
  readonly before?: readonly string[]
}

/** etcd makes the id of a cluster from it and its founders' peer URLs, and does not look at it again. */
export const TOKEN = 'initial-cluster-token'

/** The flags that a member keeps, as the inputs leave them out. */
export const keptBy = ({ etcd }: Pick<Desired, 'etcd'>, name: string): readonly EtcdFlag[] =>
  etcd.kept?.find(({ member }) => member === name)?.flags ?? []

/**
 * What of a member's present flags stays where the inputs leave it out: the token that its cluster was founded with, and tuning
 * values that were this action's own once (`before` in `tuning`). `valueOf`: the value that the member has of a flag.
 */
export const flagsToKeep = (
  { clusterToken, args }: Pick<Desired['etcd'], 'clusterToken' | 'args'>,
  valueOf: (name: string) => string | undefined,
  tuning: readonly TuningFlag[],
): readonly EtcdFlag[] => [
  ...(clusterToken === '' ? present(TOKEN, valueOf(TOKEN)) : []),
  ...tuning.flatMap(({ name, before = [] }) => {
    const value = valueOf(name)
    const asked = args.some((flag) => flag.name === name)
    return asked || value === undefined || !before.includes(value) ? [] : present(name, value)
  }),
]

const present = (name: string, value: string | undefined): readonly EtcdFlag[] =>
  value === undefined ? [] : [{ name, value }]
