import type { WriteGap } from './engine/port.js'

/**
 * What a writer that fails over has seen so far. Times are milliseconds of a clock that never goes back.
 * A write has failed when every endpoint was tried for it and none acknowledged it: that is what such a client's user sees.
 */
export interface WriteGaps {
  /** The last acknowledgement; the beginning where there was none yet. */
  readonly lastAt: number
  /** Between two acknowledgements, milliseconds; the one that is still open is not in it. */
  readonly longestMs: number
  /** The same since the turn of a member began. */
  readonly turnMs: number
  readonly failed: number
}

/** A writer that begins now. */
export const newGaps = (now: number): WriteGaps => ({
  lastAt: now,
  longestMs: 0,
  turnMs: 0,
  failed: 0,
})

/** A write was acknowledged. */
export const writeAcknowledged = (gaps: WriteGaps, now: number): WriteGaps => ({
  ...gaps,
  lastAt: Math.max(gaps.lastAt, now),
  longestMs: Math.max(gaps.longestMs, now - gaps.lastAt),
  turnMs: Math.max(gaps.turnMs, now - gaps.lastAt),
})

/** A write failed through every endpoint. */
export const writeFailed = (gaps: WriteGaps): WriteGaps => ({ ...gaps, failed: gaps.failed + 1 })

/** The turn of another member begins; a gap that is still open counts for both. */
export const newTurn = (gaps: WriteGaps): WriteGaps => ({ ...gaps, turnMs: 0 })

/** The longest gap since the turn began, at this moment. */
export const turnNow = ({ lastAt, turnMs }: WriteGaps, now: number): number => Math.max(turnMs, now - lastAt)

/** The figures at this moment: the gap that is still open counts as far as it goes. */
export const gapNow = ({ lastAt, longestMs, failed }: WriteGaps, now: number): WriteGap => ({
  longestMs: Math.max(longestMs, now - lastAt),
  failed,
})
