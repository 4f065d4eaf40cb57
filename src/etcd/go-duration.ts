/** Milliseconds of each unit of Go's time.Duration.String(); micro has two code points (U+00B5, U+03BC). */
const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  '\u00b5s': 1e-3,
  '\u03bcs': 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

const UNIT = 'ns|us|\u00b5s|\u03bcs|ms|s|m|h'

/** Milliseconds of a Go duration (`925.4µs`, `1m2.5s`, `0s`); undefined where the text is none, as for an empty `took`. */
export const parseGoDuration = (text: string): number | undefined => {
  if (text === '0') return 0
  if (!new RegExp(`^-?(?:\\d+(?:\\.\\d+)?(?:${UNIT}))+$`).test(text)) return undefined
  let total = 0
  for (const [, number, unit] of text.matchAll(new RegExp(`(\\d+(?:\\.\\d+)?)(${UNIT})`, 'g'))) {
    total += Number(number) * (UNIT_MS[unit ?? ''] ?? 0)
  }
  // To the nanosecond, which is what Go counts in: sums of fractions are off behind that.
  const exact = Math.round(total * 1e6) / 1e6
  return text.startsWith('-') ? -exact : exact
}
