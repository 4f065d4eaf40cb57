import { describe, expect, it } from 'vitest'
import { verifyAsGo } from '../../../src/pki/go-x509/verify.js'
import { AT, type Case, leafUnder, makeCase, oddLeaf, pemOf, underCa } from './case.js'
import { EXT, NAME, SERVER, SIGN, cn, craft, ecKeys, ext, hex, rsaKeys, utc } from './craft.js'

const rulesOf = ({ chain, roots, at, usages }: Case): readonly string[] =>
  verifyAsGo({ certificatePem: pemOf(chain), caPem: pemOf(roots), at, usages }).map(({ rule }) => rule)

const limited = (permitted: readonly Buffer[], excluded: readonly Buffer[] = []): Case =>
  underCa('', { extensions: [EXT.ca(), EXT.certSign, EXT.constraints(permitted, excluded)] })

const three = (middle: readonly Buffer[]): Case => {
  const root = craft({ extensions: [EXT.ca(0), EXT.certSign] })
  const ca = craft({ issuer: root, subject: cn('middle'), keys: ecKeys('P-521'), extensions: middle })
  return makeCase('', [leafUnder(ca), ca], [root])
}

describe('verifyAsGo says', () => {
  it.each<[string, Case, string[]]>([
    [
      'every name that is not permitted, and what is',
      limited([NAME.ip(10, 0, 0, 0, 255, 0, 0, 0), NAME.dns('.example.com')]),
      [
        'is for 127.0.0.1, 192.168.1.1, but CN=ca permits only 10.0.0.0/8 (name constraints)',
        'is for localhost, but CN=ca permits only .example.com (name constraints)',
      ],
    ],
    [
      'what is excluded',
      limited([], [NAME.ip(192, 168, 0, 0, 255, 255, 0, 0), NAME.dns('')]),
      [
        'is for 192.168.1.1, but CN=ca excludes 192.168.0.0/16 (name constraints)',
        'is for localhost, but CN=ca excludes every name (name constraints)',
      ],
    ],
    [
      'which usage is missing, and where',
      underCa('', { extensions: [EXT.ca(), EXT.usages(SERVER)] }),
      ['comes from CN=ca, whose extended key usage leaves out clientAuth'],
    ],
    [
      'that the leaf lacks one',
      oddLeaf('', { extensions: [EXT.usages(SERVER)] }),
      ['lacks the extended key usage clientAuth'],
    ],
    [
      'when a CA expired',
      underCa('', { notAfter: utc('250101000000Z') }),
      ['comes from CN=ca, which expired at 2025-01-01T00:00:00Z'],
    ],
    [
      'when a leaf begins',
      oddLeaf('', { notBefore: utc('270101000000Z') }),
      ['is not valid before 2027-01-01T00:00:00Z'],
    ],
    [
      'which critical extension is unknown',
      underCa('', { extensions: [EXT.ca(), ext('1.2.3', hex('0500'), true)] }),
      ['comes from CN=ca, which has the critical extension 1.2.3, which Go refuses'],
    ],
    [
      'that the path is too long',
      three([EXT.ca(), EXT.certSign]),
      ['comes from CN=ca, which allows no CA below it (pathlen:0)'],
    ],
    [
      'that a CA is none',
      three([EXT.notCa]),
      ['was issued by CN=middle, which is not the certificate of a CA'],
    ],
    [
      'that the CA is a stranger',
      makeCase('', [leafUnder(craft({ subject: cn('x') }))], [craft()]),
      ['was issued by CN=x, which is not among the trusted CA certificates'],
    ],
    [
      'that the signature is weak',
      oddLeaf('', { signing: SIGN.ecSha1 }),
      ['is signed with SHA-1, which Go refuses; sign it anew with SHA-256 (CN=ca)'],
    ],
    [
      'that the CA is weak',
      underCa('', { keys: rsaKeys(768) }),
      ['is signed with an RSA key of 768 bits, and Go 1.24 and newer refuse less than 1024 (CN=ca)'],
    ],
    [
      'that the CA file is not read',
      makeCase('', [leafUnder(craft())], [craft(), craft({ serial: hex('0201ff') })]),
      [
        'is to be verified with a CA file in which a certificate has a negative serial number, which Go 1.23 and newer do not read',
      ],
    ],
    ['that there is no certificate', makeCase('', [], [craft()]), ['cannot be read']],
  ])('%s', (_, one, rules) => {
    expect(rulesOf(one)).toEqual(rules)
  })

  it('nothing of a certificate that is good at the time that is asked, and at no other', () => {
    const one = underCa('', {})
    expect(rulesOf(one)).toEqual([])
    expect(rulesOf({ ...one, at: new Date(AT.getTime() + 30 * 365.25 * 86_400_000) })).toHaveLength(1)
  })
})
