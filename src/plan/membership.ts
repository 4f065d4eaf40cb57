import { clusterNamed } from '../cluster/named.js'
import type { Desired } from '../cluster/desired.js'
import { nameOf } from '../cluster/member.js'
import type { ClusterObserved } from '../cluster/observed.js'
import type { MemberListed } from '../cluster/answers.js'
import type { Difference } from './plan.js'

/**
 * How the member list of the cluster differs from `hosts`. Members are told by their peer URL: an unstarted one has no
 * name, and a name changes with a restart.
 */
export const membershipDifferences = (
  { members }: Desired,
  cluster: ClusterObserved,
): readonly Difference[] => {
  const membership = (member: string, detail: string): Difference => ({ member, what: 'membership', detail })
  const extra = cluster.members.filter(
    (listed) => !members.some(({ peerUrl }) => hasPeerUrl(listed, peerUrl)),
  )
  return [
    ...members.flatMap((member) => {
      const listed = listedAt(cluster, member.peerUrl)
      if (listed !== undefined) {
        return stateOf(listed, member.name).map((detail) => membership(nameOf(member), detail))
      }
      const moved = extra.find(({ name }) => name === member.name)
      const detail = moved
        ? `is in the member list with the peer URL ${moved.peerUrls.join(', ')}, asked for ${member.peerUrl}`
        : `is not a member of ${clusterNamed(cluster.clusterId)}`
      return [membership(nameOf(member), detail)]
    }),
    ...extra
      .filter(({ name }) => name === '' || !members.some((member) => member.name === name))
      .map((listed) => membership(describeListed(listed), 'is in the member list but not in hosts')),
  ]
}

/** The row of the member list with this peer URL. */
export const listedAt = ({ members }: ClusterObserved, peerUrl: string): MemberListed | undefined =>
  members.find((listed) => hasPeerUrl(listed, peerUrl))

const stateOf = ({ id, name, isLearner, peerUrls }: MemberListed, wantedName: string): readonly string[] => [
  ...(name === '' ? [`was added as member ${id} but has never started`] : []),
  ...(name !== '' && name !== wantedName ? [`is named ${name} in the member list`] : []),
  ...(isLearner ? [`is a learner (member ${id}), not a voter`] : []),
  ...(peerUrls.length > 1 ? [`has further peer URLs in the member list: ${peerUrls.join(', ')}`] : []),
]

const describeListed = ({ id, name, peerUrls }: MemberListed): string =>
  name === '' ? `${id} (${peerUrls.join(', ')}, never started)` : `${name} (${id})`

/** IPv6 addresses have several spellings, and host names do not care for case. */
const hasPeerUrl = ({ peerUrls }: MemberListed, url: string): boolean =>
  peerUrls.some((peer) => canonical(peer) === canonical(url))

const canonical = (url: string): string => (URL.canParse(url) ? new URL(url).href : url)
