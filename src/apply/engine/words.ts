import type { RollTask } from './port.js'

/** How sentences speak of what is done to members, and of the whole of it. */
export interface RollWords {
  /** "rolled and confirmed: ..." */
  readonly done: string
  readonly none: string
  /** "the run was cancelled before ..." */
  readonly began: string
  readonly cannot: string
  /** Nobody may go. */
  readonly blocked: string
}

const OF_ROLL: RollWords = {
  done: 'rolled',
  none: 'no member was rolled',
  began: 'the roll began',
  cannot: 'the roll cannot begin',
  blocked: 'no member may be restarted while another one is unhealthy',
}

const OF_RENEWAL: RollWords = {
  done: 'renewed',
  none: 'no certificate was exchanged',
  began: 'the first certificate was exchanged',
  cannot: 'no certificate can be exchanged',
  blocked: 'no certificate may be exchanged while another member is unhealthy',
}

export const wordsOf = ({ renews }: Pick<RollTask, 'renews'>): RollWords =>
  renews === true ? OF_RENEWAL : OF_ROLL
