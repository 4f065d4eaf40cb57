import fc from 'fast-check'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/failure.js'
import { secretTexts } from '../../src/inputs/secrets.js'
import { fromRecord } from '../../src/inputs/source.js'
import { INPUT_NAMES } from '../../src/inputs/table.js'
import { writePem } from '../../src/pki/pem.js'
import { makeRedactor } from '../../src/report/redact.js'
import { openSshKey } from '../ssh/keys.js'
import { ca, client, deploy, problemsIn, readWith, sshKey, type Texts } from './setting.js'

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
})

describe('the texts to keep out of every log', () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const textsOf = (texts: Texts): readonly string[] => secretTexts(fromRecord(texts))
  /** What is hidden of a text that shows all of `shown`. */
  const hides = (texts: Texts, shown: string): string => makeRedactor(textsOf(texts))(shown)

  it('are the secrets alone: certificates are public', () => {
    expect(textsOf(all)).toEqual(expect.arrayContaining([locked.trim(), ca.keyPem.trim(), PASSPHRASE]))
    for (const line of bodyOf(ca.certPem)) expect(hides(all, line)).toBe(line)
  })

  it('need no inputs that are right', () => {
    expect(textsOf({ 'ca-key': 'not a key at all' })).toEqual(['not a key at all'])
    expect(textsOf({ 'ca-key': '-----BEGIN PRIVATE KEY-----\nQUJDREVGR0g=' })[0]).toContain('QUJDREVGR0g=')
    expect(textsOf({})).toEqual([])
    expect(textsOf({ 'ssh-passphrase': 'abcd' })).toEqual(['abcd'])
    expect(textsOf({ 'ssh-passphrase': 'abc' })).toEqual([])
  })

  it('hold the lines of a key inside base64 that only its passphrase opens', () => {
    const old = `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nQUJDREVGR0g=\n-----END RSA PRIVATE KEY-----`
    expect(hides({ 'ssh-private-key': base64(old) }, 'x QUJDREVGR0g=')).toBe('x ***')
  })

  const wrappedAt = (text: string, width: number): string =>
    (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n')
  const ways: readonly [name: string, way: (pem: string) => string][] = [
    ['as it is', (pem) => pem],
    ['with the line ends of Windows', (pem) => pem.replaceAll('\n', '\r\n')],
    ['with escaped line ends', (pem) => pem.replaceAll('\n', '\\n')],
    ['with blanks for line ends', (pem) => pem.replaceAll('\n', ' ')],
    ['indented', (pem) => pem.replaceAll('\n', '\n    ')],
    ['as base64', base64],
    ['as base64 in lines', (pem) => wrappedAt(base64(pem), 76)],
    ['as base64 of escaped line ends', (pem) => base64(pem.replaceAll('\n', '\\n'))],
  ]

  it.each(ways)('hold a key that comes %s in that form and in its plain one', (_, way) => {
    const given = way(ca.keyPem)
    const lines = given.split(/\r?\n|\\n/).map((line) => line.trim())
    for (const line of [...bodyOf(ca.keyPem), ...lines, given.replace(/\s+/g, '')]) {
      if (line.length < 8 || line.startsWith('-----')) continue
      expect(hides({ 'ca-key': given }, `before ${line} after`)).toBe('before *** after')
    }
  })

  it('hold every line of any secret, whichever way it comes and whatever is printed of it', () => {
    const key = fc.uint8Array({ minLength: 48, maxLength: 400 }).map((der) => writePem('PRIVATE KEY', der))
    const input = fc.constantFrom('ca-key', 'ssh-private-key', 'client-key', 'ssh-passphrase')
    const way = fc.constantFrom(...ways.map(([, each]) => each))
    fc.assert(
      fc.property(key, input, way, (pem, name, each) => {
        const given = each(pem)
        const shown = hides({ [name]: given }, [pem, given, pem.replaceAll('\n', '\n  | ')].join('\n'))
        for (const line of bodyOf(pem)) expect(shown).not.toContain(line)
        for (const line of bodyOf(given)) expect(shown).not.toContain(line)
      }),
    )
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
