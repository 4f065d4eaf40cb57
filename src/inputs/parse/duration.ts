import { parseDuration } from '../../time/duration.js'
import { bad, good, type Parser } from './parsed.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Milliseconds of a duration of at least `leastMs` and at most `mostMs`, whole hours. */
export const durationUpTo =
  (mostMs: number, example: string, leastMs = 1): Parser<number> =>
  (text) => {
    if (/^\d+(?:\.\d+)?$/.test(text)) return bad(text, 'has no unit: ms, s, m, h or d', example)
    const ms = parseDuration(text)
    if (ms === undefined) return bad(text, 'is not a duration: numbers with ms, s, m, h or d', example)
    if (ms < leastMs) return bad(text, 'is no time at all', example)
    if (ms > mostMs) {
      return bad(text, `is longer than ${inWords(mostMs)}`, example)
    }
    return good(ms)
  }

const inWords = (ms: number): string => {
  if (ms > DAY_MS) return `${ms / DAY_MS} days`
  return ms === HOUR_MS ? 'an hour' : `${ms / HOUR_MS} hours`
}
