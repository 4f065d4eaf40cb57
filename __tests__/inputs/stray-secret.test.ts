import { createPrivateKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { secretTexts } from '../../src/inputs/secrets.js'
import { fromRecord } from '../../src/inputs/source.js'
import { holdsPrivateKey } from '../../src/inputs/stray-secret.js'
import { INPUT_NAMES, SECRET_INPUTS } from '../../src/inputs/table.js'
import { makeRedactor } from '../../src/report/redact.js'
import { openSshKey } from '../ssh/keys.js'
import { anyHost, ca, defaults, deploy, otherCa, problemsIn, readWith } from './setting.js'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const key = otherCa.keyPem
const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' })
const rsa = openSshKey('rsa')

/** Ways in which a key comes into an input that is none for keys. */
const FORMS: Readonly<Record<string, string>> = {
  'a PEM text': key,
  'an OpenSSH key': rsa,
  base64: base64(key),
  'base64 of an OpenSSH key': base64(rsa),
  'base64 in lines': base64(key).replace(/.{76}/g, '$&\n'),
  'base64 with escaped line ends': base64(key).replace(/.{76}/g, '$&\\n'),
  base64url: Buffer.from(key).toString('base64url'),
  'base64 of base64': base64(base64(key)),
  hexadecimal: Buffer.from(key).toString('hex'),
  HEXADECIMAL: Buffer.from(key).toString('hex').toUpperCase(),
  'escaped line ends': key.replaceAll('\n', '\\n'),
  'quoted base64': `"${base64(key)}"`,
  'base64 with a name before it': `CA_KEY=${base64(key)}`,
  'base64 behind other words': `the key: ${base64(key)}`,
  'percent-encoded base64': encodeURIComponent(base64(key)),
  'DER in base64': der.toString('base64'),
  'DER in hexadecimal': der.toString('hex'),
  'the body of an OpenSSH key alone': rsa.split('\n').slice(1, -2).join(''),
}
const OTHERS = INPUT_NAMES.filter((input) => !SECRET_INPUTS.has(input))
const SOME = ['ssh-user', 'hosts', 'archive-sha256', 'etcd-args', 'before-member'] as const

const BOTH: readonly (readonly [string, string])[] = Object.entries(FORMS)

describe.each(BOTH)('a key as %s', (_, text) => {
  it('is known as one', () => expect(holdsPrivateKey(text)).toBe(true))

  it('is refused in every input that is none for keys, and shown in none', () => {
    for (const input of text === FORMS['base64'] ? OTHERS : SOME) {
      const problems = problemsIn({ ...deploy, [input]: text })
      const report = problems.join('\n')
      expect(report, input).toMatch(new RegExp(`^${input} `, 'm'))
      for (const piece of text.match(/[A-Za-z0-9+/_-]{16,}/g) ?? [])
        expect(report, input).not.toContain(piece.slice(0, 40))
    }
  })

  it('is hidden in every log from then on', () => {
    const redact = makeRedactor(secretTexts(fromRecord({ ...defaults, 'ssh-user': text })))
    expect(redact(`logged in as ${text.trim()}`)).not.toContain(text.trim())
  })
})

describe.each([
  ['', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC5h0PEJQJ6fJB6'],
  [' that begins like a path', '/h0PEJQJ6fJB6REo1Xr6CBzrNJKhRANCAARVi0K0h3hPfcob2GxVeW1qrsAyuz/P'],
])('a line of a key%s', (_, line) => {
  it.each(['ssh-user', 'service-user', 'service-name', 'certificate-sans', 'hosts'])(
    'is refused as %s',
    (input) => {
      const report = problemsIn({ ...deploy, [input]: line }).join('\n')
      expect(report).toMatch(/holds what looks like a key|\(secret\)/)
      expect(report).not.toContain(line)
    },
  )
})

describe('what only looks a little like a key', () => {
  it.each([
    ['ssh-known-hosts', anyHost],
    [
      'ssh-known-hosts',
      `${anyHost}\n|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ${anyHost.slice(2)}`,
    ],
    ['cluster-token', 'aB3'.repeat(20)],
    ['archive-sha256', 'ab12'.repeat(16)],
    ['expect-plan', 'ab12'.repeat(16)],
    ['data-dir', '/srv/Very/Long/Path/With/Many/Parts/And/1/Digit/In/It'],
    [
      'etcd-args',
      '--cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    ],
    ['before-member', 'curl -H "X: aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd29ybGQ1" https://lb/drain'],
    ['certificate-sans', 'a-very-long-name-that-someone-gave-to-a-host-1.example.com'],
  ])('%s %j is taken', (input, text) => {
    expect(problemsIn({ ...deploy, [input]: text })).toEqual([])
    expect(holdsPrivateKey(text)).toBe(false)
  })

  it('takes time in step with its length', () => {
    const time = (length: number): number => {
      const text = 'A1b2-'.repeat(length / 5)
      const from = process.cpuUsage().user
      for (let turn = 0; turn < 5; turn++) holdsPrivateKey(text)
      return process.cpuUsage().user - from
    }
    time(20_000)
    const [short, long] = [time(100_000), time(800_000)]
    expect(long).toBeLessThan(8 * Math.max(short, 4000) * 4)
  })

  it('leaves certificates in their inputs alone', () => {
    expect(readWith({ ...deploy, 'ca-cert': base64(ca.certPem) }).desired.certificates.caPem).toContain(
      'BEGIN',
    )
    expect(secretTexts(fromRecord({ 'ca-cert': ca.certPem }))).toEqual([])
  })
})
