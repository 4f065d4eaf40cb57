import { setTimeout as sleep } from 'node:timers/promises'
import { deadLinks, type PeersTold } from '../cluster/links.js'
import type { ClusterObserved } from '../cluster/observed.js'
import type { SeenHost } from './links.js'
import { activePeersOf } from './peer-links.js'

/** A member that lives tells its metrics in milliseconds. */
const METRICS_MS = 3000
const LOOK_EVERY_MS = 250
/** A link between two members that were just started, or that was lost in silence, is up or known as lost within that time. */
const PATIENCE_MS = 5000

type Peers = readonly string[] | undefined

/** What each member tells of its links, in the order of `hosts`; undefined for one that does not run or does not tell. */
export const peersOf = (hosts: readonly SeenHost[]): Promise<readonly Peers[]> =>
  Promise.all(
    hosts.map(({ session, host }) =>
      host.service.activeState === 'active' ? activePeersOf(session, METRICS_MS) : undefined,
    ),
  )

/**
 * The same, where a link between two members that run is missing, once more until it is there: a member that started a moment ago has
 * not opened all of them yet, and that stops no run. `peers`: what was told first. A link that stays away costs 5 s.
 */
export const settledPeers = async (
  hosts: readonly SeenHost[],
  cluster: ClusterObserved | undefined,
  peers: readonly Peers[],
  patienceMs = PATIENCE_MS,
): Promise<readonly Peers[]> => {
  const end = performance.now() + patienceMs
  let seen = peers
  while (deadLinks(toldBy(hosts, cluster, seen)).length > 0 && performance.now() < end) {
    await sleep(LOOK_EVERY_MS)
    seen = await peersOf(hosts)
  }
  return seen
}

const toldBy = (
  hosts: readonly SeenHost[],
  cluster: ClusterObserved | undefined,
  peers: readonly Peers[],
): readonly PeersTold[] =>
  hosts.map(({ member: { name, peerUrl }, host }, index) => {
    const listed = cluster?.members.find(({ peerUrls }) => peerUrls.includes(peerUrl))
    const runs = host.service.activeState === 'active'
    return { name, memberId: runs ? (listed?.id ?? '') : '', peers: peers[index] }
  })
