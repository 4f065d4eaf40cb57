import { AUTO_RESTART_MS, type Cluster } from './cluster.js'
import type { Host } from './host.js'
import { heldOf } from './lives.js'

/** It gets another disk, a blank one, under its running member, which systemd starts again. */
export const loseDisk = (cluster: Cluster, host: Host): void => {
  cluster.takeDown(host, 'other', false)
  host.life = undefined
  host.otherWal = false
  host.log.main = 0
  host.log.other = 0
  host.againAt = cluster.now + AUTO_RESTART_MS
  // What no disk holds any more is lost with the disks, and nobody's fault.
  cluster.acknowledged = Math.min(cluster.acknowledged, heldOf(cluster.hosts, cluster.life))
}

/** Power off. */
export const switchOff = (cluster: Cluster, host: Host): void => cluster.takeDown(host, 'other', false)

/** And on again, which takes a while in which nobody reaches it. */
export const switchOn = (cluster: Cluster, host: Host, ms: number): void => {
  host.bootedAt = cluster.now + ms
  host.cutUntil = Math.max(host.cutUntil, host.bootedAt)
}

/** A change that nobody confirmed is put back before the service starts. */
export const boot = (cluster: Cluster, host: Host): void => {
  host.bootedAt = undefined
  if (host.timerAt !== undefined) host.prepared = false
  if (host.kept !== undefined) {
    host.files = host.kept
    host.putBack = true
  }
  host.timerAt = undefined
  host.kept = undefined
  host.restarts = 0
  cluster.start(host)
}
