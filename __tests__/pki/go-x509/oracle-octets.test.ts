import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAsGo } from '../../../src/pki/go-x509/certificate.js'
import { verifyAsGo } from '../../../src/pki/go-x509/verify.js'
import { AT, leafUnder, makeCase, pemOf } from './case.js'
import { EXT, NAME, craft, ext, hex, octets, oid, seq, tlv, utc } from './craft.js'
import { askGo, hasGo } from './oracle.js'

/** Holds one of everything that is read. */
const rich = craft({
  notBefore: utc('200101000000Z'),
  extensions: [
    EXT.ca(3),
    EXT.certSign,
    EXT.both,
    EXT.names(NAME.dns('a.b'), NAME.ip(10, 0, 0, 1), NAME.email('a@b.c'), NAME.uri('spiffe://a.b/c')),
    EXT.constraints(
      [NAME.dns('b'), NAME.ip(10, 0, 0, 0, 255, 0, 0, 0), NAME.uri('b')],
      [NAME.email('x@y.z')],
    ),
    ext('2.5.29.14', octets(hex('0102'))),
    ext('2.5.29.35', seq(tlv(0x80, hex('0102')))),
    ext('2.5.29.32', seq(seq(oid('1.2.3')))),
    ext('2.5.29.33', seq(seq(oid('1.2.3'), oid('1.2.4')))),
    ext('2.5.29.36', seq(hex('800100'))),
    ext('2.5.29.54', hex('020101')),
    ext('2.5.29.31', seq(seq(tlv(0xa0, tlv(0xa0, NAME.uri('http://x')))))),
    ext('1.3.6.1.5.5.7.1.1', seq(seq(oid('1.3.6.1.5.5.7.48.1'), NAME.uri('http://x')))),
  ],
}).der

const mutant = fc
  .array(
    fc.record({
      at: fc.nat(rich.length - 1),
      to: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x30, 0x7f, 0x80, 0x81, 0xff)),
      how: fc.constantFrom('replace', 'replace', 'replace', 'insert', 'remove'),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map((changes) => {
    let der = Buffer.from(rich)
    for (const { at, to, how } of changes) {
      const behind = der.subarray(how === 'insert' ? at : at + 1)
      der = Buffer.concat([der.subarray(0, at), ...(how === 'remove' ? [] : [Buffer.from([to])]), behind])
    }
    return der
  })

describe('certificates with octets changed', () => {
  it.runIf(hasGo)(
    'are read exactly where Go reads them',
    () => {
      const sample = fc.sample(mutant, 2000)
      const question = { roots: [], at: AT, usages: [], parse: true }
      const refused = askGo(sample.map((der) => ({ ...question, chain: [der] })))
      sample.forEach((der, index) => {
        const { refusal = '' } = readAsGo(der)
        expect(refusal === '', `${refused[index]} / ${refusal} / ${der.toString('hex')}`).toBe(
          refused[index] === '',
        )
      })
    },
    180_000,
  )
})

/** Pieces of URIs, right and wrong. */
const uriText = fc
  .array(
    fc.constantFrom(
      'http',
      'HTTPS',
      'spiffe',
      ':',
      ':',
      '/',
      '/',
      '//',
      '?',
      '#',
      '@',
      '[',
      ']',
      '::1',
      '1.2.3.4',
      'a.b',
      'a',
      '.',
      '%25',
      '%zz',
      '%41',
      '%e4',
      '80',
      ' ',
      '<',
      '"',
      '{',
      '\\',
      '^',
      '~',
      '*',
      '\x01',
      '\x7f',
      'fe80::1%25e',
    ),
    { minLength: 1, maxLength: 9 },
  )
  .map((parts) => parts.join(''))
const mailText = fc
  .array(fc.constantFrom('a', 'b.c', '.', '..', '"', '\\', '@', '@', ' ', '(', '!', '\x01', '\n', 'x.y'), {
    minLength: 1,
    maxLength: 7,
  })
  .map((parts) => parts.join(''))

describe('URIs and mailboxes', () => {
  it.runIf(hasGo)(
    'are read as Go reads them, with constraints and without',
    () => {
      const free = craft()
      const bound = craft({
        extensions: [
          EXT.ca(),
          EXT.certSign,
          EXT.constraints([NAME.uri('b'), NAME.email('a@b.c'), NAME.email('y')], []),
        ],
      })
      const texts = [...fc.sample(uriText, 400).map(NAME.uri), ...fc.sample(mailText, 300).map(NAME.email)]
      const sample = texts.flatMap((der) =>
        [free, bound].map((root) =>
          makeCase(
            der.toString('latin1'),
            [leafUnder(root, { extensions: [EXT.both, EXT.names(der)] })],
            [root],
          ),
        ),
      )
      const refused = askGo(sample)
      sample.forEach((one, index) => {
        const { chain, roots, at, usages } = one
        const problems = verifyAsGo({ certificatePem: pemOf(chain), caPem: pemOf(roots), at, usages })
        expect(problems.length > 0, `${JSON.stringify(one.name)}: ${refused[index]}`).toBe(
          refused[index] !== '',
        )
      })
    },
    180_000,
  )
})
