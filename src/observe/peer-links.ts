import type { HostSession } from '../ssh/port.js'
import { getLoopback, parseClusterVersion } from './loopback.js'

const ACTIVE = /^etcd_network_active_peers\{Local="[0-9a-f]+",Remote="([0-9a-f]+)"\} (\d+)$/gm
/** Metrics are in the order of their names: what follows belongs to another one. To its end: an answer comes in pieces. */
const BEYOND = /^# HELP etcd_network_(?!active_peers )\w+ /m

/**
 * Ids of the members to which this one has a live connection, as its metrics tell (`etcd_network_active_peers`); undefined where it
 * does not tell: over an SSH server that forwards nothing, where nobody listens, as in a cluster that was made by others.
 *
 * One row tells one direction: 1 from the moment a connection stands, whoever opened it, and 0 from the next dial of its own that
 * fails, and it dials ten times a second while it has none (etcd server/etcdserver/api/rafthttp/peer_status.go, stream.go). So a member that
 * cannot open connections to another one shows 0 for it at once, though the other one reaches it; where packets are lost in silence it
 * takes the timeout of a read or a dial, 2 to 5 s. No row: there was never any. The same from 3.4 to 3.7.
 */
export const activePeersOf = async (
  session: Pick<HostSession, 'openTcp'>,
  timeoutMs: number,
): Promise<readonly string[] | undefined> => (await toldByMetrics(session, timeoutMs)).peers

/** What the metrics of a member tell in one answer, as `activePeersOf` and `parseClusterVersion` give it. */
export interface MetricsTold {
  readonly peers: readonly string[] | undefined
  readonly clusterVersion: string | undefined
}

/** Both undefined where it does not tell; never throws. */
export const toldByMetrics = async (
  session: Pick<HostSession, 'openTcp'>,
  timeoutMs: number,
): Promise<MetricsTold> => {
  // The version of the cluster comes before the network, as metrics are in the order of their names.
  const reply = await getLoopback(session, { path: '/metrics', timeoutMs, enough: BEYOND })
  const body = reply.kind === 'answered' && reply.status === 200 ? reply.body : ''
  return { peers: parseActivePeers(body), clusterVersion: parseClusterVersion(body) }
}

/** Ids, lower-case hex without leading zeros; undefined where this is no text of etcd's metrics that tells of its network. */
export const parseActivePeers = (metrics: string): readonly string[] | undefined =>
  BEYOND.test(metrics)
    ? [...metrics.matchAll(ACTIVE)].flatMap(([, id = '', count]) =>
        count === '0' ? [] : [id.replace(/^0+(?=.)/, '')],
      )
    : undefined
