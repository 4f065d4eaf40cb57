import { describe, expect, it } from 'vitest'
import { describeDivergence } from '../../src/cluster/divergence.js'
import { judgeHashes, type MemberHash } from '../../src/cluster/hash-sides.js'

const of = (name: string, hash: string, compactRevision = '1', version = '3.5.30'): MemberHash => ({
  ...{ name, hash, compactRevision, version },
})

describe('hashes of one revision', () => {
  it.each<[string, MemberHash[], string]>([
    ['of members that agree', [of('a', '7'), of('b', '7'), of('c', '7')], 'same'],
    ['of one member', [of('a', '7')], 'same'],
    [
      'of one that differs',
      [of('a', '7'), of('b', '8'), of('c', '8')],
      'a hashes to 7 at revision 61, b and c hash to 8 at revision 61',
    ],
    [
      'that are three',
      [of('a', '7'), of('b', '8'), of('c', '9')],
      'a hashes to 7 at revision 61, b hashes to 8 at revision 61, c hashes to 9 at revision 61',
    ],
    ['of two compactions', [of('a', '7'), of('b', '8', '40'), of('c', '7')], 'unclear'],
    [
      'that differ beside a compaction under way',
      [of('a', '7'), of('b', '8', '40'), of('c', '9')],
      'a hashes to 7 at revision 61, c hashes to 9 at revision 61',
    ],
    ['of two releases', [of('a', '7'), of('b', '8', '1', '3.6.14'), of('c', '7')], 'same'],
    [
      'that differ within one release',
      [of('a', '7'), of('b', '8', '1', '3.6.14'), of('c', '9')],
      'a hashes to 7 at revision 61, c hashes to 9 at revision 61',
    ],
  ])('%s', (_name, hashes, expected) => {
    const found = judgeHashes(hashes, '61')
    expect(found.kind === 'differ' ? describeDivergence(found.divergence) : found.kind).toBe(expected)
  })
})
