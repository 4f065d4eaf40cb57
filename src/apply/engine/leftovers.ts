import { sentenceOf } from '../../failure.js'
import { confirm } from './confirm.js'
import { judgeRest, judgeSteady, wantOf } from './judges.js'
import { PASSED, type Verdict } from './judge-member.js'
import { enter } from './phase.js'
import type { ClusterView, MemberView } from './port.js'
import { reverted, revert, stateAfter, type InHand } from './revert.js'
import { cancelledBefore, stopped } from './stop.js'
import { isSilent, memberOf } from './view.js'
import { waitFor } from './wait.js'
import { doneOf, type Work } from './work.js'

/**
 * Settles members whose timer is armed: an earlier run died with them in hand, and a timer that fires while another member is down would
 * take a second one down. One that is as asked is gated and confirmed like any other; one that has to be rolled is put back
 * first, so that what is kept for a revert is what ran before. One whose timer fires meanwhile has lost what the task took for
 * granted: whoever goes on with that task has to stop, whoever looks anew has one more that was put back. So is one whose process is
 * from before the change: what it has open tells nothing of a pair that was put under it. Throws RollFailure.
 */
export const finishLeftovers = async (work: Work, then: 'go on' | 'look anew'): Promise<void> => {
  const { world, policy } = work
  const until = world.now() + policy.timeoutMs
  const { verdict, view, cancelled } = await waitFor(work, judgeAnswers, { until })
  if (cancelled) throw cancelledBefore(work, 'the roll began')
  if (!verdict.ok) {
    const what = 'it cannot be told whether an earlier run left it unconfirmed'
    throw stopped(work, { what, member: verdict.member, why: verdict.reason })
  }
  for (const seen of view?.members ?? []) {
    const { name, armed, status } = seen
    // A timer that has fired since the task was made has undone what the task took for granted: the host will say so.
    const unconfirmed = work.task.members.some((member) => member.name === name && member.unconfirmed)
    if (!armed && !unconfirmed) continue
    if (work.signal.aborted)
      throw cancelledBefore(work, `${name} was settled, which an earlier run left unconfirmed`)
    enter(work, name, 'settle')
    world.say(`${name} was left unconfirmed by an earlier run`)
    // When its timer fires is not known here, only that it does: what the host says when it is disarmed counts.
    const armedUntil = world.now() + policy.timeoutMs + policy.soakMs
    const hand: InHand = { member: name, version: undefined, armedUntil }
    if (!doneOf(work).includes(name)) {
      await undo(work, hand, status !== undefined)
      continue
    }
    const outcome = await finishOne(work, hand, seen)
    if (outcome === 'confirmed') continue
    const what = 'an earlier run left it unconfirmed, and so does this one'
    const why =
      outcome === 'reverted'
        ? 'its host has put it back meanwhile'
        : 'it was put back, as its process is from before the change and shows nothing of it'
    if (then === 'go on') throw stopped(work, { what, why, member: name, inHand: true, reverted: true })
    if (outcome === 'reverted') await noteUndone(work, hand)
    else await notePutUnder(work, name)
  }
}

const judgeAnswers = ({ members }: ClusterView): Verdict => {
  const silent = members.find(({ activeState }) => activeState === '')
  if (!silent) return PASSED
  const { name, reason } = silent
  return { ok: false, reason: reason || 'its host does not answer', member: name, final: false }
}

/**
 * `taken back`: nothing was restarted for that, and nobody could tell whether others take what is new. Without a quorum no member
 * becomes healthy: one that had ended for its pair and runs with the new one is better off than before, and confirmed.
 */
const finishOne = async (
  work: Work,
  hand: InHand,
  { mainPid, subState }: MemberView,
): Promise<'confirmed' | 'reverted' | 'taken back'> => {
  const { world, task } = work
  const { member } = hand
  const change = await world.leftChange?.(member).catch((error: unknown) => {
    world.say(`${member}: ${sentenceOf(error)}`)
    return undefined
  })
  const alone = change === 'started' && task.clusterId === ''
  const runs = mainPid !== 0 && !subState.startsWith('auto-restart')
  if (alone && runs) return confirmed(work, hand)
  if (!alone && change !== 'same-process') return adopt(work, hand)
  await takeBack(work, member)
  return 'taken back'
}

/** `reverted`: its timer has fired meanwhile, and all of that is done. */
const adopt = async (work: Work, hand: InHand): Promise<'confirmed' | 'reverted'> => {
  const { world, policy } = work
  const { member } = hand
  const waited = await waitFor(work, judgeSteady(work, wantOf(work, member)), {
    until: world.now() + policy.timeoutMs + policy.soakMs,
    steadyMs: policy.soakMs,
  })
  if (waited.cancelled)
    throw cancelledBefore(work, `${member} was confirmed, which an earlier run left unconfirmed`)
  const { verdict, view } = waited
  const fired = view && !isSilent(view, member) && memberOf(view, member)?.armed === false
  if (!verdict.ok && fired) {
    await takeBack(work, member)
    return 'reverted'
  }
  if (!verdict.ok) {
    const what = 'an earlier run left it unconfirmed, and it did not become healthy'
    throw await reverted(work, hand, { what, why: verdict.reason, seen: view })
  }
  return confirmed(work, hand)
}

const confirmed = async (work: Work, hand: InHand): Promise<'confirmed' | 'reverted'> => {
  const outcome = await confirm(work, hand)
  if (outcome !== 'unknown') return outcome
  const what = 'an earlier run left it unconfirmed, and so does this one'
  throw stopped(work, { what, why: 'its host did not answer', member: hand.member, inHand: true })
}

/** A member that serves is put back, which restarts it, only while all others do. */
const undo = async (work: Work, hand: InHand, serves: boolean): Promise<void> => {
  const { world, policy } = work
  const { member } = hand
  const until = world.now() + policy.timeoutMs
  const { verdict, cancelled } = await waitFor(work, judgeRest(work, [member]), { until })
  if (cancelled) throw cancelledBefore(work, `${member} was put back, which an earlier run left unconfirmed`)
  if (!verdict.ok && serves) {
    throw stopped(work, {
      what: `an earlier run left ${member} unconfirmed, and it cannot be put back while the cluster is not healthy`,
      member: verdict.member === 'the cluster' ? undefined : verdict.member,
      why: verdict.reason,
      unsettled: member,
      state: `the host of ${member} puts it back by itself when its timer fires`,
    })
  }
  await takeBack(work, member)
  await noteUndone(work, hand)
}

const takeBack = async (work: Work, member: string): Promise<void> => {
  const error = await revert(work, member)
  if (error === undefined) return
  const what = 'an earlier run left it unconfirmed, and it could not be put back'
  throw stopped(work, { what, member, inHand: true, why: error })
}

const noteUndone = async (work: Work, hand: InHand): Promise<void> => {
  work.undone.push(hand.member)
  work.world.say(`${hand.member}: ${await stateAfter(work, hand)}`)
}

const notePutUnder = async (work: Work, member: string): Promise<void> => {
  const { world } = work
  work.undone.push(member)
  world.say(`${member}: what was new was put back, as nothing shows that others take it`)
  await world.audit(member, 'put back').catch((error: unknown) => world.say(sentenceOf(error)))
}
