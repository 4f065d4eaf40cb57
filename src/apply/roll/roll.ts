import { count } from '../../cluster/count.js'
import { DIVERGED_NEXT } from '../../cluster/divergence.js'
import { clauseOf } from '../../failure.js'
import { formatDuration } from '../../time/duration.js'
import { judgeCluster } from '../engine/judge-cluster.js'
import { judgeMember, PASSED, type Verdict } from '../engine/judge-member.js'
import { judgeHashes } from '../engine/judge-hashes.js'
import { judgeRest, sickOf } from '../engine/judges.js'
import { finishLeftovers } from '../engine/leftovers.js'
import { nextMember, type Next, type Sick } from '../engine/order.js'
import type { ClusterView, RollPolicy, RollResult, RollTask, RollWorld } from '../engine/port.js'
import { enter, leave } from '../engine/phase.js'
import type { RollListener } from '../engine/listener.js'
import { rollMember } from './roll-member.js'
import { cancelledBefore, stopped } from '../engine/stop.js'
import { idOf } from '../engine/view.js'
import { waitFor } from '../engine/wait.js'
import { wordsOf } from '../engine/words.js'
import { createWork, leftOf, type RollRules, type Work } from '../engine/work.js'

export const ROLL_RULES: RollRules = { judgeMember, judgeCluster, nextMember }

type Engine<T> = (
  task: RollTask,
  policy: RollPolicy,
  world: RollWorld,
  signal: AbortSignal,
  rules?: RollRules,
  listener?: RollListener,
) => Promise<T>

/** A way through the engine: what it is given, and what it gives. */
export const engine =
  <T>(way: (work: Work) => Promise<T>): Engine<T> =>
  async (task, policy, world, signal, rules = ROLL_RULES, listener = {}) => {
    const work = createWork(task, policy, world, signal, rules, listener)
    try {
      await open(work)
      const result = await way(work)
      leave(work, true)
      return result
    } catch (error) {
      leave(work, false)
      throw error
    }
  }

/**
 * Rolls members one at a time, each behind a gate, confirmed or put back: never two down by our hand, none while another one is
 * unhealthy, the leader last. Throws RollFailure, which says what failed, what became of the member, and who was not touched;
 * a new run goes on from there. A cancel stops it before the next step; the member in hand is finished or put back.
 */
export const roll = engine<RollResult>((work) => rollAll(work))

/**
 * Settles the members that an earlier run left unconfirmed, and nothing else: once that is done the world is another one, and has
 * to be looked at and planned for anew. Gives those that were put back. Throws RollFailure.
 */
export const finishEarlier = engine<readonly string[]>(async (work) => {
  await finishLeftovers(work, 'look anew')
  return [...work.undone]
})

const rollAll = async (work: Work): Promise<RollResult> => {
  await finishLeftovers(work, 'go on')
  if (leftOf(work).length === 0) return resultOf(work)
  refuseDowntime(work)
  let compared = await compareData(work, 'before the roll')
  for (;;) {
    refuseToGoOn(work)
    const pick = await chooseNext(work)
    if (!pick) break
    if (work.task.minorUpgrade && leftOf(work).length === 1) await pointOfNoReturn(work, pick.sick)
    if (!compared && pick.sick.length === 0) {
      compared = await compareData(work, `before ${pick.member} was touched`, 'always')
    }
    await rollMember(work, pick)
    // Whoever was down may come back with other data than the rest.
    if (pick.sick.length > 0) compared = false
  }
  await close(work)
  return resultOf(work)
}

export const resultOf = ({ rolled }: Work): RollResult => ({
  rolled: [...rolled],
  reverted: undefined,
  untouched: [],
})

/**
 * Waits for the first look that tells who is who: later ones are held against it. A cluster without a quorum tells nobody; it is
 * gone on with, as a roll may be what repairs it.
 */
const open = async (work: Work): Promise<void> => {
  const { world, policy, task, ids } = work
  enter(work, '', 'look')
  const known = (view: ClusterView): Verdict => {
    for (const { name } of task.members) {
      const id = idOf(view, name)
      if (id !== undefined) ids.set(name, id)
    }
    return view.listed
      ? PASSED
      : { ok: false, reason: 'no healthy member tells the member list', member: 'the cluster', final: false }
  }
  // Members that cut each other off tell nobody until they have their new certificates.
  const patience = task.renews && task.clusterId === '' ? 0 : policy.timeoutMs
  const { verdict, view, cancelled } = await waitFor(work, known, { until: world.now() + patience })
  if (cancelled) throw cancelledBefore(work, wordsOf(task).began)
  if (!verdict.ok && !view) throw stopped(work, { what: wordsOf(task).cannot, why: verdict.reason })
}

const refuseDowntime = (work: Work): void => {
  const voters = work.task.members.length
  if (voters > 2 || work.policy.allowDowntime) return
  throw stopped(work, {
    what: `a cluster of ${count(voters, 'member')} takes no writes while one restarts`,
    next: 'allow that with allow-downtime, or add members',
  })
}

/** The safe point between two members. */
export const refuseToGoOn = (work: Work): void => {
  const { world, policy, signal } = work
  if (leftOf(work).length === 0) return
  if (signal.aborted) throw cancelledBefore(work, 'the next member was touched')
  const longest = world.writeGap()?.longestMs ?? 0
  if (policy.maxWriteGapMs === undefined || longest <= policy.maxWriteGapMs) return
  throw stopped(work, {
    what: `writes stopped for ${formatDuration(longest)}, longer than max-write-gap allows (${formatDuration(policy.maxWriteGapMs)})`,
    next: 'find out why, or allow more, and run again: the next run goes on from here',
  })
}

/** Who goes next, after a fresh look; waits while nobody may. undefined: all done. */
export const chooseNext = async (
  work: Work,
): Promise<{ member: string; sick: readonly string[] } | undefined> => {
  const { world, policy, task, rules } = work
  if (leftOf(work).length === 0) return undefined
  enter(work, '', 'choose')
  let next: Next = { kind: 'finished' }
  let sick: readonly Sick[] = []
  const judge = (view: ClusterView, index: string | undefined): Verdict => {
    sick = sickOf(work, view, index)
    next = rules.nextMember(view, task, work.rolled, sick)
    return next.kind === 'blocked'
      ? { ok: false, reason: next.reason, member: next.member, final: false }
      : PASSED
  }
  const { verdict, cancelled } = await waitFor(work, judge, { until: world.now() + policy.timeoutMs })
  if (cancelled) throw cancelledBefore(work, 'the next member was touched')
  if (!verdict.ok) {
    const what = wordsOf(task).blocked
    throw stopped(work, { what, member: verdict.member, why: verdict.reason })
  }
  const chosen = next as Next
  return chosen.kind === 'next'
    ? { member: chosen.member, sick: sick.map(({ member }) => member) }
    : undefined
}

/** The last member of a minor upgrade: until it restarts, every other one can still go back. */
const pointOfNoReturn = async (work: Work, sick: readonly string[]): Promise<void> => {
  const [last] = leftOf(work)
  work.world.say(
    `${last} is the last one: after it there is no way back, so the others are watched once more`,
  )
  await steady(
    work,
    sick,
    `${last} was not touched: after it there is no way back, and the cluster is not steady`,
  )
  if (sick.length === 0) await compareData(work, `before the last member`)
}

/** All members as asked and healthy; after a minor upgrade the cluster has to have moved to it. */
const close = async (work: Work): Promise<void> => {
  await steady(work, [], 'all members were rolled, but the cluster is not healthy', false)
  await compareData(work, 'after the roll')
}

const steady = async (work: Work, except: readonly string[], what: string, soak = true): Promise<void> => {
  const { world, policy } = work
  enter(work, '', 'whole cluster')
  const until = world.now() + policy.timeoutMs + policy.soakMs
  const patience = soak ? { until, steadyMs: policy.soakMs } : { until }
  const { verdict, cancelled } = await waitFor(work, judgeRest(work, except), patience)
  if (cancelled) throw cancelledBefore(work, 'it was over')
  if (verdict.ok) return
  const member = verdict.member === 'the cluster' ? undefined : verdict.member
  throw stopped(work, { what, member, why: verdict.reason })
}

const HASH_ATTEMPTS = 4

/**
 * HashKV of all members at one revision; throws RollFailure where the data differ. Unless it has to be `always`, it is skipped where a
 * member is unhealthy: that one cannot be asked, and is about to be repaired. Gives whether the data were compared.
 */
const compareData = async (
  work: Work,
  when: string,
  compare: 'where all are healthy' | 'always' = 'where all are healthy',
): Promise<boolean> => {
  const { world, policy } = work
  enter(work, '', 'compare data')
  let why = ''
  let next: string | undefined
  for (let attempt = 0; attempt < HASH_ATTEMPTS; attempt++) {
    if (work.signal.aborted) throw cancelledBefore(work, `the data were compared ${when}`)
    if (attempt > 0) await world.sleep(policy.pollMs * attempt, work.signal)
    try {
      const view = await world.look()
      const isSick = sickOf(work, view, undefined).length > 0
      if (isSick && leftOf(work).length > 0 && compare !== 'always') {
        world.say(`data not compared ${when}: not every member is healthy`)
        return false
      }
      const verdict = judgeHashes(await world.hashKv(), view)
      if (verdict.ok) return true
      why = `${verdict.member}: ${verdict.reason}`
      if (verdict.final) {
        next = DIVERGED_NEXT
        break
      }
    } catch (error) {
      why = clauseOf(error)
    }
  }
  throw stopped(work, { what: `the members' data could not be shown to be the same ${when}`, why, next })
}
