import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions, formatVersion, lowestVersion, parseVersion } from '../../src/cluster/version.js'

const version = fc.record({ major: fc.nat(99), minor: fc.nat(99), patch: fc.nat(99) })

describe('parseVersion', () => {
  it.each(['3.6.14', 'v3.6.14'])('reads %s', (text) =>
    expect(parseVersion(text)).toEqual({ major: 3, minor: 6, patch: 14 }),
  )

  it.each(['', '3.6', '3.6.14-rc.0', '3.6.14.1', '03.6.1', 'latest', ' 3.6.14', '3.6.x', '3.6.9999999'])(
    'refuses "%s"',
    (text) => expect(parseVersion(text)).toBeUndefined(),
  )

  it('reads back whatever was written', () =>
    fc.assert(
      fc.property(version, (v) => {
        expect(parseVersion(formatVersion(v))).toEqual(v)
      }),
    ))
})

describe('compareVersions', () => {
  it.each([
    ['3.5.9', '3.5.10', -1],
    ['3.6.0', '3.5.33', 1],
    ['4.0.0', '3.99.99', 1],
    ['3.5.30', '3.5.30', 0],
  ] as const)('%s against %s', (a, b, sign) => {
    const [left, right] = [parseVersion(a), parseVersion(b)]
    expect(left && right && Math.sign(compareVersions(left, right))).toBe(sign)
  })
})

describe('lowestVersion', () => {
  it.each([
    { texts: ['3.5.30', '3.5.9', '3.5.16'], lowest: '3.5.9' },
    { texts: ['3.7.0-rc.1', '3.6.14'], lowest: '3.6.14' },
    { texts: ['3.7.0-rc.1'], lowest: '3.7.0-rc.1' },
    { texts: [], lowest: '' },
  ])('of $texts is "$lowest"', ({ texts, lowest }) => expect(lowestVersion(texts)).toBe(lowest))
})
