import type { ClusterView, RollTask } from '../engine/port.js'
import type { Next, Sick } from '../engine/order.js'
import { leaderOf, memberOf } from '../engine/view.js'

/**
 * Whose pair is exchanged next. Members that are cut off by theirs first, whatever else is wrong: they are down already, so that
 * nobody is hurt, and nothing else is possible before. Then followers in the order of `hosts`, the leader last, and none while
 * another voter is unhealthy.
 */
export const nextRenewal = (
  view: ClusterView,
  task: RollTask,
  done: readonly string[],
  sick: readonly Sick[],
): Next => {
  const waiting = task.members.filter(({ name, roll }) => roll && !done.includes(name))
  if (waiting.length === 0) return { kind: 'finished' }
  const cutOff = waiting.find(({ name, cutOff }) => cutOff === true && answers(view, name))
  if (cutOff) return { kind: 'next', member: cutOff.name }
  const other = sick.find(({ member }) => sick.length > 1 || !waiting.some(({ name }) => name === member))
  if (other) return { kind: 'blocked', ...other }
  const repair = waiting.find(({ name }) => name === sick[0]?.member)
  if (repair) return { kind: 'next', member: repair.name }
  const leader = leaderOf(view)?.name
  const next = waiting.find(({ name }) => name !== leader) ?? waiting[0]!
  return { kind: 'next', member: next.name }
}

/** Its host answers: something can be done there. */
const answers = (view: ClusterView, name: string): boolean =>
  !['', undefined].includes(memberOf(view, name)?.activeState)
