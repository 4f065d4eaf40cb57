import type { Desired } from '../cluster/desired.js'
import type { Observed } from '../cluster/observed.js'
import type { Evidence } from './evidence.js'
import type { Plan } from './plan.js'
import { blocked } from './blocked.js'

/**
 * The refusal of what the inputs rule out: `cluster-state` new refuses where anything exists but its own unfinished
 * bootstrap; existing refuses to bootstrap; so does `expect-cluster-id`, for who names a
 * cluster means one that is there, and no other than this one.
 */
export const refusalOf = (
  { etcd, health }: Desired,
  observed: Observed,
  situation: { readonly kind: 'fresh' | 'unfinished' | 'existing'; readonly evidence: readonly Evidence[] },
): Plan | undefined => {
  const refuse = (summary: string, next: string): Plan =>
    blocked(summary, {
      findings: situation.evidence.map(({ member, says }) => ({ member, problem: says, next })),
    })
  const found = observed.cluster?.clusterId
  if (found !== undefined && health.expectClusterId !== '' && found !== health.expectClusterId) {
    const problem = `is ${found || 'unknown'}, but expect-cluster-id is ${health.expectClusterId}`
    const next = 'check hosts, or correct expect-cluster-id'
    return blocked('the hosts belong to another cluster than the expected one', {
      findings: [{ member: 'its id', problem, next }],
    })
  }
  if (situation.kind === 'existing') {
    return etcd.clusterState === 'new'
      ? refuse(
          'cluster-state is new, but there is a cluster already',
          'set cluster-state to auto, or give other hosts',
        )
      : undefined
  }
  const there = situation.kind === 'fresh' ? 'there is no cluster' : 'its bootstrap was never finished'
  if (etcd.clusterState === 'existing') {
    return refuse(
      `cluster-state is existing, but ${there}`,
      'set cluster-state to auto to bootstrap, or check hosts',
    )
  }
  return health.expectClusterId !== '' && observed.cluster === undefined
    ? refuse(
        `expect-cluster-id names cluster ${health.expectClusterId}, but ${there}`,
        'leave expect-cluster-id out to bootstrap, or check hosts',
      )
    : undefined
}
