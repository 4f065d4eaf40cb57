import { sumOfUnits } from '../time/units.js'

/** Milliseconds of each unit of Go's time.Duration.String(); micro has two code points (U+00B5, U+03BC). */
const UNIT_MS = {
  ns: 1e-6,
  us: 1e-3,
  '\u00b5s': 1e-3,
  '\u03bcs': 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** Milliseconds of a Go duration (`925.4µs`, `1m2.5s`, `0s`); undefined where the text is none, as for an empty `took`. */
export const parseGoDuration = (text: string): number | undefined => {
  if (text === '0') return 0
  const total = sumOfUnits(text.startsWith('-') ? text.slice(1) : text, UNIT_MS)
  if (total === undefined) return undefined
  // To the nanosecond, which is what Go counts in: sums of fractions are off behind that.
  const exact = Math.round(total * 1e6) / 1e6
  return text.startsWith('-') ? -exact : exact
}
