import type { ClusterView, RollTask } from './port.js'
import { leaderOf, memberOf } from './view.js'

/** Which member goes next. */
export type Next =
  | { readonly kind: 'next'; readonly member: string }
  /** None may go now. `member`: the one that is in the way. */
  | { readonly kind: 'blocked'; readonly member: string; readonly reason: string }
  | { readonly kind: 'finished' }

/** An unhealthy member, and why. */
export interface Sick {
  readonly member: string
  readonly reason: string
}

/**
 * Repair first, then followers in the order of `hosts` (those first that cannot reach others until then), the leader last. None goes while another voter is unhealthy; only a
 * member that is down anyway may be repaired beside others that are, as that takes away no vote that counts now.
 * `done`: names of those rolled already; `sick`: every voter that is unhealthy in this view.
 */
export const nextMember = (
  view: ClusterView,
  task: RollTask,
  done: readonly string[],
  sick: readonly Sick[],
): Next => {
  const waiting = task.members
    .filter(({ name, roll }) => roll && !done.includes(name))
    .map(({ name }) => name)
  if (waiting.length === 0) return { kind: 'finished' }
  const mends = (of: string): boolean =>
    task.members.some(({ name, mendsLinks }) => name === of && mendsLinks === true)
  if (sick.length > 0) {
    const repairable = sick.find(
      ({ member }) => waiting.includes(member) && (sick.length === 1 ? answers : isDown)(view, member),
    )
    if (repairable) return { kind: 'next', member: repairable.member }
    return { kind: 'blocked', ...(sick.find(({ member }) => !waiting.includes(member)) ?? sick[0]!) }
  }
  const leader = leaderOf(view)?.name
  const followers = waiting.filter((name) => name !== leader)
  const member = followers.find(mends) ?? followers[0] ?? waiting[0]!
  return { kind: 'next', member }
}

/** Its host answers: something can be done there. */
const answers = (view: ClusterView, name: string): boolean => !['', undefined].includes(stateOf(view, name))

/** Its host answers that etcd does not run. */
const isDown = (view: ClusterView, name: string): boolean =>
  ['failed', 'inactive'].includes(stateOf(view, name) ?? '') ||
  (memberOf(view, name)?.subState ?? '').startsWith('auto-restart')

const stateOf = (view: ClusterView, name: string): string | undefined => memberOf(view, name)?.activeState
