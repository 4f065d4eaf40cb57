import type { Host } from './host.js'

/**
 * One life of the cluster, from a bootstrap on. Members that were founded anew have the ids of before, which are hashes of URLs and
 * token, so that raft takes the members of two lives for those of one.
 */
export interface Life {
  readonly foundedAt: number
  /** Names of the members that have been up in it, and so have client URLs in its member list. */
  readonly published: Set<string>
}

export const foundLife = (now: number): Life => ({ foundedAt: now, published: new Set() })

/** Is the WAL there that the unit's files name? That is what the guard in the unit asks. */
export const hasWal = ({ files, life, otherWal }: Host): boolean =>
  files.behaviour === 'amnesia' ? otherWal : life !== undefined

/**
 * What becomes of a member that starts without data, as `--initial-cluster-state=new` has it: a peer that knows it refuses it ("has
 * already been bootstrapped"); where one answers that does not, it takes part in that one's life; else it founds one.
 */
export const lifeFor = (host: Host, hosts: readonly Host[], now: number): Life | 'refused' => {
  const peers = hosts.filter((peer) => peer !== host && peer.process?.voting)
  if (peers.some(({ life }) => life?.published.has(host.name))) return 'refused'
  return peers.find(({ life }) => life !== undefined)?.life ?? foundLife(now)
}

/** Entries of this life that some disk still holds: what none holds any more was lost with the disks. */
export const heldOf = (hosts: readonly Host[], life: Life | undefined): number =>
  hosts.reduce((most, host) => (host.life === life ? Math.max(most, host.log.main) : most), 0)

/** The user gives every blank disk the data of the member that has most: adds it anew, or restores them all. */
export const mendDisks = (hosts: readonly Host[], now: number): void => {
  const [best] = [...hosts].filter(({ life }) => life !== undefined).sort((a, b) => b.log.main - a.log.main)
  const life = best?.life ?? foundLife(now)
  for (const host of hosts) {
    if (host.life !== undefined) continue
    host.life = life
    host.log.main = best?.log.main ?? 0
    life.published.add(host.name)
  }
}
