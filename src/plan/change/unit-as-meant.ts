import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import type { HostObserved, Observed } from '../../cluster/observed.js'
import { founderId } from '../../etcd/member-id.js'
import { parseExecStart } from '../../etcd/parse-unit.js'
import { renderUnit } from '../../etcd/unit.js'
import { flagsIn } from '../argv.js'
import { listedAt } from '../membership.js'
import { ONLY_AT_BOOTSTRAP } from './unit.js'

/** Of etcd, where no flag gives one (server/embed/config.go, NewConfig). */
const DEFAULT_TOKEN = 'etcd-cluster'

/**
 * The unit that a member of an existing cluster has to have. Its log tells it who it is; what its unit says of how the cluster was
 * made stays, as that is true of this cluster. Only a member that is known to have joined later never keeps, or gets,
 * `initial-cluster-state=new`: without its disk it would found a cluster instead of being refused. A unit beside no data is of no
 * cluster, and says nothing.
 */
export const unitAsMeant = (
  desired: Desired,
  member: Member,
  host: Pick<HostObserved, 'service' | 'hasMemberData'>,
  cluster: Observed['cluster'],
): string => {
  const text = host.hasMemberData ? host.service.unit?.text : undefined
  const flags = flagsIn((text === undefined ? undefined : parseExecStart(text)) ?? [])
  const kept = new Map(
    ONLY_AT_BOOTSTRAP.flatMap((flag) => {
      const value = flags.get(flag)?.at(-1)
      return value === undefined ? [] : [[flag.slice(2), value] as const]
    }),
  )
  const token =
    kept.get('initial-cluster-token') ?? (text === undefined ? desired.etcd.clusterToken : DEFAULT_TOKEN)
  if (hasJoined(member, token, cluster)) kept.set('initial-cluster-state', 'existing')
  return renderUnit(desired, member, { kept, founded: true })
}

/** It was added to a cluster that was there already, as its id tells; a member that is not in the list tells nothing. */
const hasJoined = ({ peerUrl }: Member, token: string, cluster: Observed['cluster']): boolean => {
  const listed = cluster && listedAt(cluster, peerUrl)
  return listed !== undefined && listed.id !== founderId(listed.peerUrls, token)
}
