import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  gapNow,
  newGaps,
  newTurn,
  turnNow,
  writeAcknowledged,
  writeFailed,
  type WriteGaps,
} from '../../src/apply/write-gaps.js'

type Event = { readonly kind: 'acknowledged' | 'failed'; readonly afterMs: number }

const events = fc.array(
  fc.record<Event>({
    kind: fc.constantFrom('acknowledged', 'failed'),
    afterMs: fc.integer({ min: 0, max: 5000 }),
  }),
  { maxLength: 40 },
)
const START = 1000

/** What the events come to, and the times of the acknowledgements with the start and the end. */
const played = (list: readonly Event[]): { gaps: WriteGaps; now: number; times: number[] } => {
  let now = START
  let gaps = newGaps(now)
  const times = [now]
  for (const { kind, afterMs } of list) {
    now += afterMs
    if (kind === 'failed') gaps = writeFailed(gaps)
    else {
      gaps = writeAcknowledged(gaps, now)
      times.push(now)
    }
  }
  return { gaps, now, times }
}

const widest = (times: readonly number[]): number =>
  Math.max(0, ...times.slice(1).map((time, index) => time - (times[index] ?? 0)))

describe('write gaps', () => {
  it('the longest gap is the widest one between acknowledgements, the open one included', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 0, max: 5000 }), (list, openMs) => {
        const { gaps, now, times } = played(list)
        expect(gapNow(gaps, now + openMs).longestMs).toBe(widest([...times, now + openMs]))
      }),
    )
  })

  it('each failed write is counted', () => {
    fc.assert(
      fc.property(events, (list) => {
        const { gaps, now } = played(list)
        const count = (kind: Event['kind']): number => list.filter((event) => event.kind === kind).length
        expect(gapNow(gaps, now).failed).toBe(count('failed'))
      }),
    )
  })

  it('a figure that was told never gets smaller', () => {
    fc.assert(
      fc.property(events, events, (before, after) => {
        const early = played(before)
        const late = played([...before, ...after])
        expect(gapNow(late.gaps, late.now).longestMs).toBeGreaterThanOrEqual(
          gapNow(early.gaps, early.now).longestMs,
        )
      }),
    )
  })

  it('failed writes do not end a gap', () => {
    const gaps = writeFailed(writeAcknowledged(newGaps(0), 10))
    expect(gapNow(gaps, 510)).toEqual({ longestMs: 500, failed: 1 })
  })

  it('counts the longest gap of a turn apart, with one that is open when the turn begins or ends', () => {
    let gaps = writeAcknowledged(writeAcknowledged(newGaps(0), 500), 600)
    expect(turnNow(gaps, 650)).toBe(500)
    gaps = writeAcknowledged(newTurn(gaps), 900)
    expect(turnNow(gaps, 950)).toBe(300)
    expect(turnNow(gaps, 1400)).toBe(500)
    expect(gapNow(gaps, 950).longestMs).toBe(500)
  })
})
