import fc from 'fast-check'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/failure.js'
import { secretLines } from '../../src/inputs/secrets.js'
import { INPUT_NAMES } from '../../src/inputs/table.js'
import { openSshKey } from '../ssh/keys.js'
import { ca, client, deploy, healthByEndpoints, problemsIn, readWith, sshKey } from './setting.js'

const PASSPHRASE = 'correct horse battery'
const locked = openSshKey('ed25519', PASSPHRASE)
const all = {
  ...deploy,
  'ssh-private-key': locked,
  'ssh-passphrase': PASSPHRASE,
  'client-cert': client.certPem,
  'client-key': client.keyPem,
}

const bodyOf = (pem: string): readonly string[] =>
  pem.split('\n').filter((line) => line.length >= 8 && !line.startsWith('-----'))

describe('the secrets of a run', () => {
  it('are there for those who ask, and in nothing that is printed', () => {
    const { secrets, desired, authority } = readWith(all)
    expect(secrets.clientKey).toBe(client.keyPem)
    const printed = [
      inspect({ secrets, desired, authority }, { depth: 9, showHidden: true }),
      inspect(secrets, { customInspect: false, showHidden: true }),
      JSON.stringify({ secrets, desired, authority }),
      JSON.stringify({ ...secrets }),
      JSON.stringify(Object.entries(secrets)),
      String(secrets),
    ].join('\n')
    for (const line of [locked, ca.keyPem, client.keyPem].flatMap(bodyOf)) expect(printed).not.toContain(line)
    expect(printed).not.toContain(PASSPHRASE)
  })

  it('are frozen', () => {
    const { secrets } = readWith(all)
    expect(() => Object.assign(secrets, { sshPassphrase: '' })).toThrow(TypeError)
  })

  it('are masked whole and line by line, without the lines that every key has', () => {
    const lines = secretLines(readWith(all).secrets)
    for (const line of [locked, ca.keyPem, client.keyPem].flatMap(bodyOf)) expect(lines).toContain(line)
    expect(lines).toEqual(expect.arrayContaining([locked.trim(), ca.keyPem.trim(), PASSPHRASE]))
    expect(lines.filter((line) => line.length < 8 || /^-----[^\n]*$/.test(line))).toEqual([])
    for (const line of bodyOf(ca.certPem)) expect(lines).not.toContain(line)
  })

  it('are masked in the form they came in and in the form they are used in', () => {
    const key = Buffer.from(ca.keyPem).toString('base64')
    const lines = secretLines(readWith({ ...all, 'ca-key': key }).secrets)
    expect(lines).toEqual(expect.arrayContaining([key, ...bodyOf(ca.keyPem)]))
  })

  it('are masked though the texts are too short to be keys', () => {
    expect(secretLines(readWith({ ...deploy, 'ssh-passphrase': 'abcd' }).secrets)).toContain('abcd')
    expect(secretLines(readWith({ ...healthByEndpoints }).secrets)).not.toContain('')
  })
})

describe('a problem', () => {
  const open = { ...all, 'ssh-private-key': sshKey, 'ssh-passphrase': PASSPHRASE }
  // Whole, one of its lines, and a line of a key that is in no input.
  const secrets = [
    ca.keyPem,
    ...bodyOf(ca.keyPem).slice(0, 1),
    ...bodyOf(openSshKey('rsa')).slice(0, 1),
    PASSPHRASE,
  ]

  it.each(INPUT_NAMES)('never shows a key that was pasted into %s', (input) => {
    for (const secret of secrets) {
      const report = problemsIn({ ...open, [input]: secret }).join('\n')
      for (const line of [secret, ...bodyOf(secret)]) expect(report).not.toContain(line)
    }
  })

  it('never shows secrets, wherever they are and whatever else is wrong', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/]{24,80}$/)
    const shape = fc.constantFrom(
      (text: string) => text,
      (text: string) => `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----`,
      (text: string) => `-----BEGIN CERTIFICATE-----\n${text}`,
      (text: string) => Buffer.from(`-----BEGIN PRIVATE KEY-----\n${text}`).toString('base64'),
    )
    const inputs = fc.constantFrom(
      'ssh-private-key',
      'ssh-passphrase',
      'ca-cert',
      'ca-key',
      'client-cert',
      'client-key',
    )
    fc.assert(
      fc.property(secret, shape, inputs, fc.constantFrom(...INPUT_NAMES), (text, wrap, input, other) => {
        const given = wrap(text)
        expect(problemsIn({ ...open, [input]: given }).join('\n')).not.toContain(text)
        // The same text in a second place, as when two inputs were confused.
        const confused = problemsIn({ ...open, [input]: given, [other]: given }).join('\n')
        expect(confused).not.toContain(text)
        expect(confused).not.toContain(given)
      }),
    )
  }, 60_000)
})

describe('garbage', () => {
  it('in any inputs ends in a Desired or in one Failure that lists problems', () => {
    const garbage = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^[-=@:/.,#%[\]a-z0-9 \n]{0,60}$/),
      fc.constantFrom(
        '',
        '__proto__',
        'constructor',
        'true',
        '0',
        '-1',
        '1e309',
        '9'.repeat(400),
        '::',
        '[',
        'https://[',
      ),
    )
    const several = fc.dictionary(fc.constantFrom(...INPUT_NAMES), garbage, { minKeys: 1, maxKeys: 6 })
    fc.assert(
      fc.property(several, (texts) => {
        try {
          expect(Object.isFrozen(readWith({ ...deploy, ...texts }).desired)).toBe(true)
        } catch (error) {
          if (!(error instanceof Failure)) throw error
          expect(error.message).toMatch(/^(one input is|\d+ things in the inputs are) not right; nothing was/)
          expect(error.message.split('\n').length).toBeGreaterThan(1)
        }
      }),
      { numRuns: 500 },
    )
  }, 60_000)
})
