/** Latencies in milliseconds, each one that was really measured (nearest rank, no interpolation). */
export interface Percentiles {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** p50, p99 and maximum of at least one sample, by nearest rank: the smallest that p percent are not above. */
export const percentilesOf = (samples: readonly number[]): Percentiles => {
  const sorted = [...samples].sort((a, b) => a - b)
  const max = sorted.at(-1)
  if (max === undefined) throw new RangeError('no sample to take percentiles of')
  const at = (percent: number): number => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? max
  return { p50: at(50), p99: at(99), max }
}
