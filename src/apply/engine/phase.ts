import type { RollPhase } from '../../cluster/roll-phase.js'
import type { Verdict } from './judge-member.js'
import type { Work } from './work.js'

/** A member, or the cluster (''), comes to its next phase, or has come to it at `at`; the one before ended well. */
export const enter = (work: Work, member: string, phase: RollPhase, at = work.world.now()): void => {
  if (work.now?.member === member && work.now.phase === phase) return
  leave(work, true, at)
  work.now = { member, phase, from: at }
  work.listener.began?.(member, phase)
}

/** The phase under way is over, if there is one. */
export const leave = (work: Work, ok: boolean, at = work.world.now()): void => {
  const { now, listener } = work
  work.now = undefined
  if (!now) return
  const { member, phase, from, verdict } = now
  const said = verdict && {
    ok: verdict.ok,
    condition: verdict.ok ? '' : (verdict.condition ?? ''),
    reason: verdict.ok ? '' : reasonOf(verdict, member),
  }
  listener.ended?.({ member, phase, from, to: at, ok, ...(said ? { verdict: said } : {}) })
}

/** Names whoever it is about, unless it is the member in hand. */
const reasonOf = ({ member, reason }: Verdict & { ok: false }, inHand: string): string =>
  member === inHand ? reason : `${member}: ${reason}`

/** A look was judged in the phase under way. */
export const judged = (work: Work, verdict: Verdict): void => {
  if (work.now) work.now.verdict = verdict
  work.listener.waiting?.(verdict.ok ? '' : reasonOf(verdict, work.now?.member ?? ''))
}
