import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { percentilesOf } from '../../src/observe/percentiles.js'

describe('percentilesOf', () => {
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

  it.each([
    ['one sample', [7], { p50: 7, p99: 7, max: 7 }],
    ['two samples', [9, 1], { p50: 1, p99: 9, max: 9 }],
    ['three, numbers and not text', [10, 9, 100], { p50: 10, p99: 100, max: 100 }],
    ['a hundred', upTo(100), { p50: 50, p99: 99, max: 100 }],
    ['a hundred and one', upTo(101), { p50: 51, p99: 100, max: 101 }],
    ['two hundred', upTo(200), { p50: 100, p99: 198, max: 200 }],
  ])('%s', (_name, samples, expected) => expect(percentilesOf(samples)).toEqual(expected))

  it('refuses to make up figures of nothing', () => expect(() => percentilesOf([])).toThrow(RangeError))

  it('gives measured values in order, with the right share at or below', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (samples) => {
        const { p50, p99, max } = percentilesOf(samples)
        const share = (limit: number): number =>
          samples.filter((sample) => sample <= limit).length / samples.length
        expect(samples).toContain(p50)
        expect(samples).toContain(p99)
        expect([p50, p99, max]).toEqual([p50, p99, max].sort((a, b) => a - b))
        expect(share(p50)).toBeGreaterThanOrEqual(0.5)
        expect(share(p99)).toBeGreaterThanOrEqual(0.99)
        expect(max).toBe(Math.max(...samples))
      }),
    )
  })
})
