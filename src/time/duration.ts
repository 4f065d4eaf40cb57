import { sumOfUnits } from './units.js'

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Milliseconds of `30s`, `5m`, `1h30m`, `250ms`, `30d`; undefined where the text is no duration. */
export const parseDuration = (text: string): number | undefined => sumOfUnits(text, UNIT_MS)

/** `1.2 s`, `340 ms`, `2 min 5 s`: for people. */
export const formatDuration = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}
