import type { PhaseSpan, RollPhase } from '../../cluster/roll-phase.js'
import type { Verdict } from './judge-member.js'
import type { ClusterView } from './port.js'

/** Hears of a roll while it goes on; none of this may throw, or changes what the roll does. */
export interface RollListener {
  /** `member` is empty where it is the cluster as a whole. */
  began?(member: string, phase: RollPhase): void
  ended?(span: PhaseSpan): void
  looked?(view: ClusterView): void
  /** What is waited for in the phase under way, one clause; empty where it holds and only has to go on doing so. */
  waiting?(reason: string): void
  /** Something was decided that people want to know, one sentence without full stop. */
  decided?(what: string): void
}

/** The phase under way. */
export interface PhaseNow {
  readonly member: string
  readonly phase: RollPhase
  readonly from: number
  verdict?: Verdict
}
