import type { StatusEntry, MemberListed } from '../../src/cluster/answers.js'
import type { ClusterView, MemberView } from '../../src/apply/engine/port.js'
import type { Cluster } from './cluster.js'
import { entriesOf, type Host } from './host.js'

export const CLUSTER_ID = 'c0ffee'

/** The model as the engine may see it. Plain literals: this is made a few hundred times in each scenario. */
export const viewOf = (cluster: Cluster): ClusterView => {
  const members = cluster.hosts.map((host) => memberView(cluster, host))
  const told = members.some(({ ready }) => ready)
  return {
    members,
    listed: told ? listOf(cluster) : undefined,
    alarms: told ? [] : undefined,
    clusterVersion: members.some(({ status }) => status) ? cluster.clusterVersion : undefined,
  }
}

/** As those tell it that are led: in a life of its own a member has no client URL before it has been up in it. */
const listOf = ({ hosts, strangers, leader }: Cluster): MemberListed[] => {
  const listed = hosts.map(({ name, memberId }) =>
    leader?.life?.published.has(name)
      ? { ...rowOf(memberId, name), clientUrls: [`https://${name}:2379`] }
      : rowOf(memberId, name),
  )
  for (let index = 0; index < strangers; index++) listed.push(rowOf(`5e${index}`, ''))
  return listed
}

const rowOf = (id: string, name: string): MemberListed => ({
  id,
  name,
  peerUrls: [`https://${id}:2380`],
  clientUrls: [],
  isLearner: false,
})

const memberView = (cluster: Cluster, host: Host): MemberView => {
  const isCut = host.cutUntil > cluster.now
  const status = !isCut && host.process?.voting ? statusOf(cluster, host) : undefined
  return {
    name: host.name,
    activeState: isCut ? '' : host.activeState,
    subState: isCut ? '' : host.subState,
    restarts: isCut ? 0 : host.restarts,
    mainPid: isCut ? 0 : (host.process?.pid ?? 0),
    ready: status !== undefined && cluster.isReady(host),
    status,
    reason: isCut ? 'the connection is lost' : status ? '' : 'connection refused',
    armed: !isCut && host.timerAt !== undefined,
    // Members of one network, where each has a connection to all that serve.
    ...(isCut ? {} : { peers: cluster.hosts.filter(({ process }) => process?.voting).map(idIn) }),
  }
}

const idIn = ({ memberId, process }: Host): string =>
  process?.build.behaviour === 'amnesia' ? `bad${memberId}` : memberId

const statusOf = (cluster: Cluster, host: Host): StatusEntry => {
  const { build } = host.process!
  const log = String(entriesOf(host))
  return {
    endpoint: host.name,
    clusterId: CLUSTER_ID,
    memberId: idIn(host),
    revision: log,
    version: build.version,
    dbSize: 1000,
    dbSizeInUse: 1000,
    dbSizeQuota: undefined,
    leader: cluster.leader?.memberId ?? '',
    raftIndex: log,
    raftAppliedIndex: log,
    raftTerm: String(cluster.term),
    isLearner: false,
    storageVersion: '',
    errors: [],
  }
}
