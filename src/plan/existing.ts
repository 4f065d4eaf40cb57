import type { Desired } from '../cluster/desired.js'

/** "3 members with etcd 3.6.14" */
export const describeCluster = ({ members, release }: Desired): string =>
  `${members.length} ${members.length === 1 ? 'member' : 'members'} with etcd ${release.version}`
