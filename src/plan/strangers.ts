import type { Desired } from '../cluster/desired.js'
import type { ForeignEtcdFact, HostObserved } from '../cluster/observed.js'
import { unitName } from '../cluster/places.js'

/**
 * Every etcd of a host but those of its service: systemd may have started another one between the look at its main process and
 * that at all others. For hosts that are known to hold our member; on others nothing is ours.
 */
export const strangersOf = (
  { layout }: Pick<Desired, 'layout'>,
  { foreignEtcd }: Pick<HostObserved, 'foreignEtcd'>,
): readonly ForeignEtcdFact[] => foreignEtcd.filter(({ unit }) => unit !== unitName(layout))
