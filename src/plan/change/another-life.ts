import { clusterNamed } from '../../cluster/named.js'
import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import type { ClusterObserved, HostObserved } from '../../cluster/observed.js'
import { listedAt } from '../membership.js'
import type { HostFinding } from '../checks/check.js'
import { reseat } from '../reseat.js'

/**
 * Data that the cluster which answers does not know. Members that lost their disks found a cluster anew with the ids of the old one,
 * as ids come from URLs and token alone, and a member of the old one that is started then takes it for its own: raft compares
 * neither term nor entries that both lives have at the same places. So data is started only into a cluster that shows to contain it.
 */
export const anotherLifeFindings = (
  { layout, members }: Desired,
  member: Member,
  host: HostObserved,
  cluster: ClusterObserved | undefined,
): readonly HostFinding[] => {
  if (cluster === undefined || !host.hasMemberData) return []
  const listed = listedAt(cluster, member.peerUrl)
  const stopped = host.service.activeState !== 'active'
  const foreign = (why: string, next: string): readonly HostFinding[] => [
    { problem: `holds data in ${layout.dataDir}, but ${why}`, next: `${keep(layout.dataDir)}; ${next}` },
  ]
  if (listed === undefined) {
    if (!stopped) return []
    return foreign(
      `no member of ${clusterNamed(cluster.clusterId)} is at ${member.peerUrl}: it is the data of another cluster, or of a member that was removed`,
      'take the host out of hosts until it is clear whose data that is',
    )
  }
  const { id, clientUrls } = listed
  const place = `its place there, member ${id} of ${clusterNamed(cluster.clusterId)},`
  const aside = layout.walDir === '' ? layout.dataDir : `${layout.dataDir} and ${layout.walDir}`
  const seat = `decide first which of the two has what is needed; to fill that place with a member that begins empty, move ${aside} aside, then ${reseat(layout, member, id)}`
  // A member publishes its client URLs through raft when it is up (etcd server/etcdserver/server.go publishV3).
  if (clientUrls.length === 0) {
    return foreign(
      `${place} has never started: the ${members.length === 2 ? 'other member' : 'members that answer'} founded that cluster anew, without this data`,
      seat,
    )
  }
  if (!stopped || !isAhead(host, cluster)) return []
  const { term, index } = host.raftSnapshot!
  return foreign(
    `it goes further than the cluster that answers: its newest raft snapshot is of term ${term}, index ${index}, ${reachOf(cluster)}, so it is of another life of that cluster`,
    `decide first which of the two has what is needed. ${seat}`,
  )
}

const keep = (dataDir: string): string =>
  `keep ${dataDir} as it is: it may be the only copy of what was written, and no run starts it`

/** What was committed once cannot be missing in a cluster that it belongs to. */
const isAhead = ({ raftSnapshot }: HostObserved, cluster: ClusterObserved): boolean => {
  const raft = furthest(cluster)
  return (
    raft !== undefined &&
    raftSnapshot !== undefined &&
    (BigInt(raftSnapshot.term) > raft.term || BigInt(raftSnapshot.index) > raft.index)
  )
}

const furthest = ({ statuses = [] }: ClusterObserved) => {
  const seen = statuses.flatMap(({ raft }) => (raft === undefined ? [] : [raft]))
  const most = (values: readonly bigint[]): bigint =>
    values.reduce((most, value) => (value > most ? value : most))
  return seen.length === 0
    ? undefined
    : {
        term: most(seen.map(({ term }) => BigInt(term))),
        index: most(seen.map(({ index }) => BigInt(index))),
      }
}

const reachOf = (cluster: ClusterObserved): string => {
  const raft = furthest(cluster)
  return `theirs is at term ${raft?.term}, index ${raft?.index}`
}
