import { describe, expect, it } from 'vitest'
import { checkPrivateKey } from '../../src/ssh/private-key.js'
import { fingerprint, oldPem, openSshKey, parsed, pkcs8Key, puttyKey } from './keys.js'

const plain = openSshKey('ed25519')
const locked = openSshKey('ecdsa', 'open sesame')
const publicLine = `ssh-ed25519 ${parsed(plain).getPublicSSH().toString('base64')} me@here`
const lines = plain.trim().split('\n')

describe('checkPrivateKey', () => {
  it.each([
    ['as written', plain, ''],
    ['no final line end', plain.trimEnd(), ''],
    ['blanks around', `\n\n  ${plain}\n\n`, ''],
    ['its public half before it', `${publicLine}\n${plain}`, ''],
    ['a certificate behind it', `${plain}-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n`, ''],
    ['a passphrase it does not need', plain, 'unused'],
  ])('takes a key with %s', (_name, text, passphrase) => {
    const check = checkPrivateKey(text, passphrase)
    expect(check).toMatchObject({ ok: true, key: { type: 'ssh-ed25519', fingerprint: fingerprint(plain) } })
  })

  it.each([
    ['OpenSSH ECDSA with passphrase', locked, 'open sesame', 'ecdsa-sha2-nistp256'],
    ['RSA in PKCS#8', pkcs8Key('rsa'), '', 'ssh-rsa'],
    ['ECDSA in PKCS#8', pkcs8Key('ec'), '', 'ecdsa-sha2-nistp256'],
    ['Ed25519 in PKCS#8', pkcs8Key('ed25519'), '', 'ssh-ed25519'],
    ['encrypted PKCS#8', pkcs8Key('ed25519', 'pw'), 'pw', 'ssh-ed25519'],
    ['PuTTY', puttyKey(), '', 'ssh-rsa'],
    ['encrypted PEM of old', oldPem('pw'), 'pw', 'ssh-rsa'],
  ])('takes %s, and it signs', (_name, text, passphrase, type) => {
    const check = checkPrivateKey(text, passphrase)
    if (!check.ok) throw new Error(check.problem)
    expect(check.key.type).toBe(type)
    const data = Buffer.from('challenge')
    expect(check.key.key.verify(data, check.key.key.sign(data))).toBe(true)
  })

  it.each([
    ['empty', '  \n', '', 'empty', /is empty/],
    ['a word', 'hunter2', '', 'no-key', /no line "-----BEGIN/],
    [
      'a certificate',
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
      '',
      'no-key',
      /CERTIFICATE/,
    ],
    ['two keys', `${plain}${locked}`, '', 'several', /2 private keys/],
    ['half a key', lines.slice(0, 3).join('\n'), '', 'no-key', /end is missing/],
    ['a hole', [...lines.slice(0, 2), ...lines.slice(3)].join('\n'), '', 'no-key', /damaged/],
    ['a public key', publicLine, '', 'public', /public key/],
    [
      'a public PEM',
      '-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----',
      '',
      'public',
      /public key/,
    ],
    ['no passphrase', locked, '', 'needs-passphrase', /no passphrase/],
    ['a wrong passphrase', locked, 'open barley', 'wrong-passphrase', /does not open/],
    ['no passphrase (PKCS#8)', pkcs8Key('ed25519', 'pw'), '', 'needs-passphrase', /no passphrase/],
    ['a wrong passphrase (PKCS#8)', pkcs8Key('ed25519', 'pw'), 'no', 'wrong-passphrase', /does not open/],
    ['a wrong passphrase (old PEM)', oldPem('pw'), 'no', 'wrong-passphrase', /does not open/],
    ['PuTTY 3', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n', '', 'unsupported', /version 3/],
    [
      'PuTTY on one line',
      puttyKey().replaceAll('\r\n', ' '),
      '',
      'unsupported',
      /\.ppk.* lost its line ends/,
    ],
  ])('refuses %s', (_name, text, passphrase, kind, problem) => {
    const check = checkPrivateKey(text, passphrase)
    expect(check).toMatchObject({ ok: false, kind, problem: expect.stringMatching(problem) as string })
    // Nothing of what was given comes back.
    const said = check.ok ? '' : `${check.problem} ${check.next}`
    for (const secret of [...lines.slice(1, -1), 'hunter2', 'open barley', 'open sesame']) {
      expect(said).not.toContain(secret)
    }
  })
})
