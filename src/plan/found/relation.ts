import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import type { EtcdPlaces } from '../../etcd/found-start.js'
import { METRICS_URL } from '../../etcd/flags.js'

/**
 * What an etcd that was found is to the member that is asked for. `member`: it is at the member's own peer or client address, so it
 * is that member. `data`: its directories are the member's, or one inside of the other. `ports`: the two cannot listen side by side.
 * `beside`: none of these, as with Kubernetes' cluster for events.
 */
export type Relation = 'member' | 'data' | 'ports' | 'beside'

/** etcd's own, where it is told nothing (etcd server/embed/config.go). */
const DEFAULT_PORTS = { client: 2379, peer: 2380 }

/** The relation of an etcd with these places; one that tells nothing of its addresses may have etcd's default ports. */
export const relationOf = (desired: Desired, member: Member, places: EtcdPlaces): Relation => {
  const { etcd, layout } = desired
  const urls = [...places.peerUrls, ...places.clientUrls]
  if (urls.some((url) => [member.peerUrl, member.clientUrl].some((own) => placeIn(own) === placeIn(url)))) {
    return 'member'
  }
  const mine = [layout.dataDir, layout.walDir].filter((path) => path !== '')
  const theirs = [places.dataDir, places.walDir].filter((path) => path !== '')
  if (mine.some((path) => theirs.some((other) => isWithin(path, other) || isWithin(other, path))))
    return 'data'
  const wanted = [etcd.clientPort, etcd.peerPort, Number(new URL(METRICS_URL).port)]
  const taken = [
    ...portsOf(places.peerUrls, DEFAULT_PORTS.peer),
    ...portsOf(places.clientUrls, DEFAULT_PORTS.client),
  ]
  return taken.some((port) => wanted.includes(port)) ? 'ports' : 'beside'
}

/** Host and port, whatever the scheme: `10.0.0.1:2380`. */
const placeIn = (url: string): string => (URL.canParse(url) ? new URL(url).host.toLowerCase() : url)

const portsOf = (urls: readonly string[], standard: number): readonly number[] => {
  const tcp = urls.filter((url) => !url.startsWith('unix'))
  if (tcp.length === 0 || tcp.some((url) => !URL.canParse(url))) return [standard]
  return tcp.map((url) => Number(new URL(url).port || standard))
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)
