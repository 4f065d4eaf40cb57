import type { Desired } from '../cluster/desired.js'

/**
 * What a bootstrap notes on a host before any member of it is started, and takes away once the cluster was seen healthy:
 * two lines, the token and the members. The note is what tells an unfinished bootstrap from a cluster that holds
 * somebody's writes, so the executor must have put it on every host before it starts the first member, and must take
 * it away from all of them as soon as the cluster is healthy.
 */
export const bootstrapMarker = ({ etcd, members }: Desired): string =>
  [
    `initial-cluster-token=${etcd.clusterToken}`,
    `initial-cluster=${members
      .map(({ name, peerUrl }) => `${name}=${peerUrl}`)
      .sort()
      .join(',')}`,
    '',
  ].join('\n')

/** Are two marker texts the same, whatever blanks the way over a host added or took? */
export const sameMarker = (a: string, b: string): boolean => a.trim() === b.trim()

/** A marker on one line, for sentences. */
export const describeMarker = (text: string): string => text.trim().split(/\s+/).join(' ')
