import { Failure, type FailureFacts, withoutStop } from '../../failure.js'
import type { RollResult } from './port.js'
import { wordsOf } from './words.js'
import { leftOf, type Work } from './work.js'

/** A roll that stopped before its end, with how far it came. */
export class RollFailure extends Failure {
  readonly result: RollResult
  /** It stopped because the run was cancelled, and nothing else was wrong. */
  readonly cancelled: boolean

  constructor(facts: FailureFacts, result: RollResult, cancelled: boolean) {
    super({ ...facts, isTold: true })
    this.name = 'RollFailure'
    this.result = result
    this.cancelled = cancelled
  }

  override withFacts(more: Partial<FailureFacts>): RollFailure {
    return new RollFailure({ ...this.facts, ...more }, this.result, this.cancelled)
  }
}

export interface Stop {
  readonly what: string
  /** Member concerned, in the messages and for its journal. */
  readonly member?: string | undefined
  readonly why?: string | undefined
  /** Another member, which that reason is about: its journal tells more than that of the one concerned. */
  readonly blames?: string | undefined
  /** What became of that member, one clause. */
  readonly state?: string | undefined
  /** It was touched, and is not confirmed. */
  readonly inHand?: boolean
  /** Another member that an earlier run left in hand, and this one too. */
  readonly unsettled?: string
  /** What its process said was shown already: the log needs no more of it. */
  readonly shown?: boolean
  /** It was put back. */
  readonly reverted?: boolean
  readonly next?: string | undefined
  readonly cancelled?: boolean
  readonly cause?: unknown
}

const RUN_AGAIN = 'put right what is named here and run again: the next run goes on from here'
const GO_ON = 'run again: the next run goes on from here'

/** The failure to throw, saying also which members were rolled and which were not touched. */
export const stopped = (work: Work, stop: Stop): RollFailure => {
  const { what, member, why, state, inHand = false, reverted = false, cancelled = false, cause } = stop
  const words = wordsOf(work.task)
  const touched = [...work.undone, stop.unsettled, ...(inHand ? [member] : [])]
  const left = work.task.members.filter(({ name }) => leftOf(work).includes(name) && !touched.includes(name))
  const names = (unconfirmed: boolean): readonly string[] =>
    left.filter((member) => (member.unconfirmed ?? false) === unconfirmed).map(({ name }) => name)
  // Its host may have put it back meanwhile: nobody can say that it was not touched.
  const [unsettled, untouched] = [names(true), names(false)]
  const states = [
    state,
    work.rolled.length > 0 ? `${words.done} and confirmed: ${work.rolled.join(', ')}` : words.none,
    work.undone.length > 0 ? `put back, as an earlier run had left it: ${work.undone.join(', ')}` : undefined,
    unsettled.length > 0 ? `not settled, as an earlier run left it: ${unsettled.join(', ')}` : undefined,
    untouched.length > 0 ? `not touched: ${untouched.join(', ')}` : undefined,
  ].filter((clause) => clause !== undefined)
  return new RollFailure(
    {
      ...{ what, where: member, why: why && withoutStop(why), state: states.join(', '), cause },
      member: stop.blames ?? (stop.shown ? undefined : member),
      next: stop.next ?? (cancelled ? GO_ON : RUN_AGAIN),
    },
    { rolled: [...work.rolled], reverted: reverted ? member : undefined, untouched },
    cancelled,
  )
}

export const cancelledBefore = (work: Work, what: string): RollFailure =>
  stopped(work, { what: `the run was cancelled before ${what}`, cancelled: true })
