import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanPem } from '../../src/inputs/pem-text.js'
import { secretTexts } from '../../src/inputs/secrets.js'
import { fromRecord } from '../../src/inputs/source.js'
import { checkAuthority } from '../../src/pki/authority.js'
import { checkPrivateKey } from '../../src/ssh/private-key.js'
import { makeRedactor } from '../../src/report/redact.js'
import { fingerprint, oldPem, openSshKey, parsed, pkcs8Key, puttyKey } from '../ssh/keys.js'
import { anyManglings, CONTINUED, mangled, MANGLINGS, MANGLINGS_OF_PEM } from './manglings.js'
import { ca } from './setting.js'

const locked = oldPem('pw')
const KEYS: readonly (readonly [kind: string, pem: string, passphrase: string])[] = [
  ['OpenSSH Ed25519', openSshKey('ed25519'), ''],
  ['OpenSSH ECDSA with a passphrase', openSshKey('ecdsa', 'pw'), 'pw'],
  ['OpenSSH RSA', openSshKey('rsa'), ''],
  ['PKCS#8', pkcs8Key('ec'), ''],
  ['encrypted PKCS#8', pkcs8Key('rsa', 'pw'), 'pw'],
  ['PKCS#1 with the old encryption', locked, 'pw'],
]
const print = (text: string, passphrase: string): string => {
  const check = checkPrivateKey(cleanPem(text), passphrase)
  return check.ok ? check.key.fingerprint : check.problem
}

describe('cleanPem', () => {
  it.each([...MANGLINGS, CONTINUED, ...MANGLINGS_OF_PEM])('undoes %s', (_, mangle) => {
    for (const [kind, pem] of KEYS) expect(cleanPem(mangle(pem)), kind).toBe(cleanPem(pem))
    const both = checkAuthority(cleanPem(mangle(ca.certPem)), cleanPem(mangle(ca.keyPem)), new Date())
    expect(both.problems).toEqual([])
  })

  it.each(KEYS)('leaves a key that opens: %s', (_, pem, passphrase) => {
    expect(print(pem, passphrase)).toMatch(/^SHA256:/)
  })

  it.each(KEYS)('undoes any sequence of them: %s', (_, pem) => {
    const expected = cleanPem(pem)
    fc.assert(
      fc.property(anyManglings, (manglings) => {
        const names = manglings.map(([name]) => name).join(', ')
        expect(cleanPem(mangled(pem, manglings)), names).toBe(expected)
      }),
      { numRuns: 200 },
    )
  })

  it('undoes any sequence of them around a bundle, whose order stays', () => {
    const two = `${ca.certPem}${ca.keyPem}`
    fc.assert(
      fc.property(anyManglings, (manglings) => {
        const [certificate, key] = cleanPem(mangled(two, manglings)).split(/(?=-----BEGIN PRIVATE KEY)/)
        expect([certificate, key?.startsWith(ca.keyPem)]).toEqual([ca.certPem, true])
      }),
      { numRuns: 150 },
    )
  })

  it('hides the key in every form that it has on its way', () => {
    const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line.length > 40)
    fc.assert(
      fc.property(anyManglings, (manglings) => {
        const given = mangled(ca.keyPem, manglings)
        const hide = makeRedactor(secretTexts(fromRecord({ 'ca-key': given })))
        const shown = hide([given, cleanPem(given)].join('\n'))
        for (const line of [...lines(ca.keyPem).slice(0, -1), ...lines(given)])
          expect(shown).not.toContain(line)
      }),
      { numRuns: 100 },
    )
  })

  it('takes a PuTTY key through what leaves its lines whole', () => {
    const ppk = puttyKey().replaceAll('\r\n', '\n')
    for (const whole of [
      'a byte order mark',
      '\\n for line ends',
      'base64',
      'double quotes',
      'percent-encoding',
    ]) {
      const mangle = MANGLINGS.find(([name]) => name === whole)![1]
      expect(print(mangle(ppk), ''), whole).toBe(fingerprint(ppk))
    }
    expect(print(ppk.replaceAll('\n', ' '), '')).toBe(
      'it is a PuTTY key (.ppk) that lost its line ends or its end',
    )
  })

  it('leaves two keys two, a public one beside the private one alone, and two copies of a certificate two', () => {
    const [one, other] = [openSshKey('ed25519'), openSshKey('ed25519')]
    expect(print(`${one}${other}`, '')).toBe('it holds 2 private keys')
    const line = `ssh-ed25519 ${parsed(one).getPublicSSH().toString('base64')} me`
    expect(print(`${line}\n${one}`, '')).toBe(fingerprint(one))
    expect(cleanPem(ca.certPem + ca.certPem)).toBe(ca.certPem + ca.certPem)
  })

  it.each([
    ['words', 'not a pem at all'],
    ['base64 of words', Buffer.from('not a pem at all').toString('base64')],
    ['a word', 'hunter2'],
    ['nothing', ''],
    ['escapes alone', '\\n%0A'],
  ])('gives back %s', (_, text) => expect(cleanPem(text)).toBe(text))

  it('never throws, and takes no longer than the text is long', () => {
    const piece = fc.constantFrom(
      '-----BEGIN ',
      '-----END ',
      'RSA PRIVATE KEY',
      '-----',
      '\\n',
      '%0A',
      '\\u00',
      'QUJD',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }), (all) => {
        expect(typeof cleanPem(all.join(''))).toBe('string')
      }),
    )
    for (const one of [
      '-',
      ' ',
      '\\',
      'BEGIN ',
      '-----BEGIN A-----',
      '%',
      'A',
      '"',
      'DEK-Info: A',
      'Proc-Type: ',
    ]) {
      const ms = (times: number): number => {
        const start = performance.now()
        cleanPem(`-----BEGIN A-----${one.repeat(times)}`)
        return performance.now() - start
      }
      ms(1000)
      expect(ms(400_000 / one.length), one).toBeLessThan(5000)
    }
  })
})
