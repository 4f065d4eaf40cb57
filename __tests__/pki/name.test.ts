import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkSubject, decodeName, encodeName, formatName, sameName } from '../../src/pki/name.js'

describe('checkSubject', () => {
  it('finds nothing wrong with the default', () => {
    expect(
      checkSubject([
        ['C', 'CN'],
        ['ST', 'HangZhou'],
        ['L', 'XS'],
        ['O', 'k8s'],
        ['OU', 'System'],
        ['CN', 'etcd'],
      ]),
    ).toEqual([])
  })

  it.each([
    ['an unknown attribute', 'X', 'y', /"X" is unknown; it may be one of C, ST, L, O, OU, CN/],
    ['a property of every object', 'constructor', 'y', /"constructor" is unknown/],
    ['a country that is no code', 'C', 'China', /C=China must be a country code of two letters/],
    ['an empty value', 'O', '', /O is empty/],
    ['a line break', 'CN', 'a\nb', /no control characters/],
    ['a name that is too long', 'CN', 'x'.repeat(65), /longer than 64 characters/],
    ['an address that is not ASCII', 'emailAddress', 'ü@x.org', /must be ASCII/],
  ])('tells %s', (_, name, value, rule) => {
    expect(checkSubject([[name, value]])).toEqual([expect.stringMatching(rule)])
    expect(() => encodeName([[name, value]])).toThrow(rule)
  })

  it('reports everything at once', () => {
    expect(
      checkSubject([
        ['C', 'X'],
        ['Q', 'x'],
        ['CN', ''],
      ]),
    ).toHaveLength(3)
  })
})

describe('encodeName and decodeName', () => {
  it("are each other's inverse", () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 15 })
    const pair = fc
      .tuple(fc.constantFrom('ST', 'L', 'O', 'OU', 'CN'), value)
      .filter((one) => checkSubject([one]).length === 0)
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 6 }), (name) => {
        expect(decodeName(encodeName(name))).toEqual(name)
      }),
    )
  })
})

describe('sameName', () => {
  it.each([
    [
      'the same order',
      [
        ['O', 'a'],
        ['CN', 'b'],
      ],
      [
        ['O', 'a'],
        ['CN', 'b'],
      ],
      true,
    ],
    [
      'another order',
      [
        ['CN', 'b'],
        ['O', 'a'],
      ],
      [
        ['O', 'a'],
        ['CN', 'b'],
      ],
      true,
    ],
    ['another value', [['CN', 'b']], [['CN', 'c']], false],
    [
      'one more attribute',
      [['CN', 'b']],
      [
        ['CN', 'b'],
        ['O', 'a'],
      ],
      false,
    ],
    [
      'one attribute twice',
      [
        ['OU', 'a'],
        ['OU', 'a'],
      ],
      [['OU', 'a']],
      false,
    ],
  ] as const)('compares names with %s', (_, a, b, same) => {
    expect(sameName(a, b)).toBe(same)
  })
})

it('formatName writes a name for people', () => {
  expect(
    formatName([
      ['C', 'CN'],
      ['CN', 'etcd'],
    ]),
  ).toBe('C=CN,CN=etcd')
})
