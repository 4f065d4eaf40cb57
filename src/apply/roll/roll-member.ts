import { minorOf } from '../../cluster/version.js'
import { Failure, sentenceOf } from '../../failure.js'
import { formatDuration } from '../../time/duration.js'
import { confirm } from '../engine/confirm.js'
import type { MemberWant } from '../engine/judge-member.js'
import { judgeRest, judgeSteady, wantOf } from '../engine/judges.js'
import { handOver } from '../engine/leadership.js'
import type { ClusterView } from '../engine/port.js'
import { enter } from '../engine/phase.js'
import { reverted, RESERVE_MS, stateAfter, type InHand } from '../engine/revert.js'
import { cancelledBefore, stopped, type RollFailure } from '../engine/stop.js'
import { leaderOf, memberOf } from '../engine/view.js'
import { waitFor, type Waited } from '../engine/wait.js'
import { whyUnhealthy } from '../engine/why.js'
import { leftOf, versionOf, type Work } from '../engine/work.js'

/** Who goes, and who is known to be unhealthy at that moment (itself too, where it is repaired). */
export interface Pick {
  readonly member: string
  readonly sick: readonly string[]
}

/** Time that the host's timer leaves besides that for becoming healthy and staying so: slow connections, a look or two. */
const SLACK_MS = 60_000

/**
 * Rolls one member: gate, hook, leadership, timer, swap, restart, gate, soak, confirmation. Throws RollFailure, before which the
 * member is put back, unless it is past that point or was not touched.
 */
export const rollMember = async (work: Work, pick: Pick): Promise<void> => {
  const { member } = pick
  const { world } = work
  await before(work, member)
  const view = await handOver(work, member, await readyToStop(work, pick))
  if (work.signal.aborted) throw cancelledBefore(work, `${member} was touched`)
  const process = memberOf(view, member)
  const seconds = Math.ceil((work.policy.timeoutMs + work.policy.soakMs + SLACK_MS) / 1000)
  const hand: InHand = {
    member,
    version: process?.status?.version,
    armedUntil: world.now() + seconds * 1000,
    pid: process?.mainPid,
  }
  await change(work, pick, hand, seconds)
  const want: MemberWant = { ...wantOf(work, member), notPid: hand.pid }
  await gateAndConfirm(work, pick, hand, want)
  work.rolled.push(member)
  await world
    .audit(member, `rolled, serves ${versionOf(work, member)}`)
    .catch((error: unknown) =>
      world.say(`${member}: the line for its journal was lost: ${sentenceOf(error)}`),
    )
  await othersAfter(work, pick)
  await after(work, member)
}

const readyToStop = async (work: Work, { member, sick }: Pick): Promise<ClusterView> => {
  enter(work, member, 'gate')
  const until = work.world.now() + work.policy.timeoutMs
  const { verdict, view, cancelled } = await waitFor(work, judgeRest(work, sick), { until })
  if (cancelled) throw cancelledBefore(work, `${member} was touched`)
  if (verdict.ok && view) return view
  throw stopped(work, {
    what: `the cluster is not healthy, so ${member} was not touched`,
    member: verdict.ok || verdict.member === 'the cluster' ? undefined : verdict.member,
    why: verdict.ok ? undefined : verdict.reason,
  })
}

/** Arms, swaps, looks once more, restarts. Any failure leaves an unknown outcome: the member is put back. */
const change = async (work: Work, { member, sick }: Pick, hand: InHand, seconds: number): Promise<void> => {
  const { world } = work
  let what = 'the timer on its host could not be armed'
  let started = false
  let failure: RollFailure | undefined
  try {
    enter(work, member, 'arm')
    await world.arm(member, seconds)
    if (work.cancelledAt === undefined) {
      what = 'its new files could not be put in place'
      enter(work, member, 'swap')
      await world.swap(member)
    }
    what = 'it could not be restarted'
    failure = await lastLook(work, { member, sick }, hand)
    started = true
    if (!failure) {
      enter(work, member, 'restart')
      await world.restart(member)
    }
  } catch (cause) {
    failure = await reverted(work, hand, { what, why: within(cause).why, cause, started })
  }
  if (failure) throw failure
}

/**
 * Nothing is down yet, so that a cluster which is not as healthy as it was a moment before, as after a move of leadership, is waited
 * for like at any gate, as long as the timer leaves enough for what comes.
 */
const lastLook = async (work: Work, pick: Pick, hand: InHand): Promise<RollFailure | undefined> => {
  const { world, policy, task } = work
  const what = 'it was not restarted'
  const started = false
  const latest = hand.armedUntil - policy.timeoutMs - policy.soakMs - RESERVE_MS
  const until = Math.min(world.now() + policy.timeoutMs, latest)
  const waited = await waitFor(work, judgeRest(work, [pick.member, ...pick.sick]), { until })
  const { verdict, view } = waited
  const pid = view && memberOf(view, pick.member)?.mainPid
  const startedAgain = pid !== undefined && pid !== 0 && pid !== hand.pid
  const trouble = { what, started, startedAgain }
  if (waited.cancelled) return reverted(work, hand, { ...trouble, what: `the run was cancelled and ${what}` })
  if (!verdict.ok) {
    if (verdict.member === 'the cluster') return reverted(work, hand, { ...trouble, why: verdict.reason })
    const why = `${verdict.member}: ${verdict.reason}`
    return reverted(work, hand, { ...trouble, why, blames: verdict.member })
  }
  if (task.members.length > 1 && view && leaderOf(view)?.name === pick.member && pick.sick.length === 0) {
    return reverted(work, hand, { ...trouble, why: 'it has become the leader again' })
  }
  if (world.now() > latest) {
    return reverted(work, hand, { ...trouble, why: 'its host took so long that too little time was left' })
  }
  return undefined
}

/** From the restart to the confirmation. */
const gateAndConfirm = async (work: Work, pick: Pick, hand: InHand, want: MemberWant): Promise<void> => {
  const { world, policy, task } = work
  const { member } = pick
  const judge = judgeSteady(work, want, pick.sick)
  enter(work, member, 'join')
  const onPass = (at: number) => enter(work, member, 'soak', at)
  const until = Math.min(world.now() + policy.timeoutMs + policy.soakMs, hand.armedUntil - RESERVE_MS)
  // Once the last member of a minor upgrade serves, the old version may be refused: it is confirmed first, and soaked then.
  const isLast = task.minorUpgrade && leftOf(work).length === 1
  const steady = isLast ? {} : { steadyMs: policy.soakMs }
  const waited = await waitFor(work, judge, { until, ...steady, onCancel: 'finish', onPass })
  if (!waited.verdict.ok) throw await reverted(work, hand, reasonOf(waited, policy.timeoutMs))

  enter(work, member, 'confirm')
  const outcome = await confirm(work, hand)
  if (outcome === 'reverted') {
    throw stopped(work, {
      ...{ what: 'its host has put it back before it could be confirmed', member },
      ...{ inHand: true, reverted: true, state: await stateAfter(work, hand) },
    })
  }
  if (outcome === 'unknown') {
    throw stopped(work, {
      ...{ what: 'it became healthy but could not be confirmed', member, inHand: true },
      why: 'its host did not answer',
      state: `unless the confirmation reached it, its host puts it back by itself ${whenOf(hand.armedUntil - world.now())}`,
    })
  }
  if (!isLast) return
  const patience = { until: world.now() + policy.timeoutMs, steadyMs: policy.soakMs }
  const soaked = await waitFor(work, judge, { ...patience, onCancel: 'finish', onPass })
  if (!soaked.verdict.ok && !soaked.cancelled) {
    const why = await whyUnhealthy(work, member, soaked.verdict.reason, soaked.view)
    throw stopped(work, {
      ...{ what: 'it did not stay healthy', member, inHand: true, why, shown: true },
      state: `it was not put back and stays on ${want.version}: the cluster moves to ${minorOf(want.version ?? '')} once its last member serves, and refuses the version before`,
    })
  }
}

const reasonOf = ({ verdict, cancelled, view }: Waited, timeoutMs: number) => {
  if (cancelled) return { what: 'the run was cancelled before it was confirmed', seen: view }
  const why = verdict.ok ? '' : verdict.reason
  const late = !verdict.ok && verdict.final ? '' : ` within ${Math.round(timeoutMs / 1000)} s`
  return { what: `it did not become healthy after its restart${late}`, why, seen: view }
}

const whenOf = (ms: number): string => (ms > 0 ? `within ${formatDuration(ms)}` : 'now')

/** The member is healthy and confirmed; what else is wrong stops the roll, and is no reason to stop this one again. */
const othersAfter = async (work: Work, { member, sick }: Pick): Promise<void> => {
  const { world, policy } = work
  enter(work, member, 'gate after')
  const except = sick.filter((name) => name !== member)
  const waited = await waitFor(work, judgeRest(work, except), {
    until: world.now() + policy.timeoutMs,
    onCancel: 'finish',
  })
  if (waited.verdict.ok) return
  if (waited.cancelled) throw cancelledBefore(work, 'the next member was touched')
  throw stopped(work, {
    what: `the cluster is not healthy after ${member} was rolled, which is healthy itself`,
    member: waited.verdict.member === 'the cluster' ? undefined : waited.verdict.member,
    why: waited.verdict.reason,
  })
}

const before = async (work: Work, member: string): Promise<void> => {
  enter(work, member, 'before-member')
  try {
    await work.world.hook('before', member)
  } catch (cause) {
    if (work.signal.aborted) throw cancelledBefore(work, `${member} was touched`)
    throw stopped(work, { what: 'before-member failed', member, ...within(cause), cause })
  }
}

const after = async (work: Work, member: string): Promise<void> => {
  enter(work, member, 'after-member')
  try {
    await work.world.hook('after', member)
  } catch (cause) {
    if (work.signal.aborted) throw cancelledBefore(work, 'the next member was touched')
    throw stopped(work, {
      what: `after-member failed; the member itself was rolled`,
      ...{ member, ...within(cause), cause },
    })
  }
}

/** Why something failed within a step, without naming step and member once more. */
const within = (cause: unknown): { readonly why: string; readonly next?: string } => {
  const { why, next } = cause instanceof Failure ? cause.facts : {}
  if (why === undefined || next === undefined) return { why: sentenceOf(cause) }
  return { why, next: `${next}, then run again: the next run goes on from here` }
}
