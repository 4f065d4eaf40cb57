import { createHash } from 'node:crypto'

/**
 * The id that a founding member of a cluster with this token has: no time is in it, unlike in that of a member which was added
 * later (etcd server/etcdserver/api/membership/member.go, computeMemberID). Lower-case hex without leading zeros.
 */
export const founderId = (peerUrls: readonly string[], token: string): string =>
  createHash('sha1')
    .update([...peerUrls].sort().join('') + token)
    .digest('hex')
    .slice(0, 16)
    .replace(/^0+/, '')
