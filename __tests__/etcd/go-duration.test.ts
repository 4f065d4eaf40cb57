import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseGoDuration } from '../../src/etcd/go-duration.js'

it.each([
  ['2.210885ms', 2.210885],
  ['925.4\u00b5s', 0.9254],
  ['925.4\u03bcs', 0.9254],
  ['15us', 0.015],
  ['800ns', 0.0008],
  ['5.001s', 5001],
  ['1m2.5s', 62_500],
  ['1h0m0s', 3_600_000],
  ['0s', 0],
  ['0', 0],
  ['-1.5s', -1500],
])('%s is %d ms', (text, ms) => expect(parseGoDuration(text)).toBe(ms))

it.each(['', 'ms', '5', '5 ms', '1.ms', 'abc', '5d', '1s x'])('"%s" is no duration', (text) =>
  expect(parseGoDuration(text)).toBeUndefined(),
)

it('units of any mixture add up', () =>
  fc.assert(
    fc.property(fc.nat(999), fc.nat(59), fc.nat(59), fc.nat(999), (h, m, s, ms) => {
      expect(parseGoDuration(`${h}h${m}m${s}.${String(ms).padStart(3, '0')}s`)).toBeCloseTo(
        h * 3_600_000 + m * 60_000 + s * 1000 + ms,
        6,
      )
    }),
  ))
