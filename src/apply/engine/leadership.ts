import { clauseOf } from '../../failure.js'
import { PASSED, type Verdict } from './judge-member.js'
import { enter } from './phase.js'
import type { ClusterView } from './port.js'
import { cancelledBefore, stopped } from './stop.js'
import { leaderOf } from './view.js'
import { waitFor } from './wait.js'
import { doneOf, type Work } from './work.js'

const ATTEMPTS = 3

/**
 * Moves leadership away from a member about to be stopped, where it leads: clients are not cut before the transfer, and a
 * transfer that fails is seen before anything was stopped. Resolves with the view in which another one leads. Throws
 * RollFailure; the member is not touched.
 */
export const handOver = async (work: Work, member: string, seen: ClusterView): Promise<ClusterView> => {
  const { world, policy, task } = work
  let view = seen
  let why = ''
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (task.members.length === 1 || leaderOf(view)?.name !== member) return view
    const heir = heirsOf(work, member, view)[attempt % Math.max(1, task.members.length - 1)]
    if (heir === undefined) break
    if (work.signal.aborted) throw cancelledBefore(work, `leadership was moved from ${member} to ${heir}`)
    enter(work, member, 'hand over')
    world.say(`moving leadership from ${member} to ${heir}`)
    try {
      await world.moveLeader(member, heir)
    } catch (error) {
      why = clauseOf(error)
    }
    const until = world.now() + policy.timeoutMs
    const waited = await waitFor(work, (latest) => judgeHandOver(latest, member), { until })
    if (waited.cancelled) throw cancelledBefore(work, `${member} was touched`)
    view = waited.view ?? view
    if (!waited.verdict.ok) why ||= waited.verdict.reason
    const leader = leaderOf(view)?.name
    if (leader !== undefined && leader !== member)
      work.listener.decided?.(`leadership moved from ${member} to ${leader}`)
  }
  if (leaderOf(view)?.name !== member) return view
  throw stopped(work, { what: 'leadership could not be moved away from it before its restart', member, why })
}

/** Voters that could lead, best first: rolled ones, then those that have applied most. All others are healthy here. */
const heirsOf = (work: Work, member: string, { members }: ClusterView): string[] => {
  const done = doneOf(work)
  return members
    .filter(({ name, ready, status }) => name !== member && ready && status && !status.isLearner)
    .map(({ name, status }) => ({
      name,
      rolled: done.includes(name) ? 0 : 1,
      applied: BigInt(status!.raftAppliedIndex),
    }))
    .sort((a, b) => a.rolled - b.rolled || (a.applied === b.applied ? 0 : a.applied > b.applied ? -1 : 1))
    .map(({ name }) => name)
}

/** Two members have to name the same new leader. A hand-over that ended with the old one is known at once, for another try. */
const judgeHandOver = ({ members }: ClusterView, member: string): Verdict => {
  const answered = members.flatMap(({ status }) => (status && status.leader !== '' ? [status] : []))
  const leaders = new Set(answered.map(({ leader }) => leader))
  const old = members.find(({ name }) => name === member)?.status?.memberId
  const waiting: Verdict = {
    ok: false,
    reason: 'no two members name one new leader',
    member,
    final: leaders.size === 1 && old !== undefined && leaders.has(old),
  }
  return leaders.size === 1 && answered.length >= 2 && !waiting.final ? PASSED : waiting
}
