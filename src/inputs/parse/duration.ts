import { formatDuration, parseDuration } from '../../time/duration.js'
import { bad, good, type Parser } from './parsed.js'

const DAY_MS = 86_400_000

/** Milliseconds of a duration that is not nothing and at most `mostMs`. */
export const durationUpTo =
  (mostMs: number, example: string): Parser<number> =>
  (text) => {
    if (/^\d+(?:\.\d+)?$/.test(text)) return bad(text, 'has no unit: ms, s, m, h or d', example)
    const ms = parseDuration(text)
    if (ms === undefined) return bad(text, 'is not a duration: numbers with ms, s, m, h or d', example)
    if (ms < 1) return bad(text, 'is no time at all', example)
    if (ms > mostMs) {
      const most = mostMs >= DAY_MS ? `${mostMs / DAY_MS} days` : formatDuration(mostMs)
      return bad(text, `is longer than ${most}`, example)
    }
    return good(ms)
  }
