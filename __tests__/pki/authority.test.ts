import { createPrivateKey, verify } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { checkAuthority } from '../../src/pki/authority.js'
import { now, root, ec, intermediate, leaf } from './cas.js'
import { makeCa, openssl } from './openssl.js'

const weak = makeCa({ key: 'rsa-1024', subject: '/CN=weak' })
const ending = makeCa({ subject: '/CN=ending', days: 10 })
const pkcs1 = openssl(['rsa', '-traditional'], root.keyPem)
const sec1 = openssl(['ec'], ec.keyPem)

const anyUse = makeCa({
  extensions: ['basicConstraints=critical,CA:TRUE', 'extendedKeyUsage=anyExtendedKeyUsage'],
})

describe('checkAuthority takes', () => {
  it.each([
    ['RSA, PKCS#8', root.certPem, root.keyPem],
    ['RSA, PKCS#1', root.certPem, pkcs1],
    ['P-256, PKCS#8', ec.certPem, ec.keyPem],
    ['P-256, SEC1', ec.certPem, sec1],
    ['P-256, SEC1 behind its parameters', ec.certPem, openssl(['ecparam', '-name', 'P-256']) + sec1],
    [
      'an intermediate of path length 0 with its root',
      intermediate.certPem + root.certPem,
      intermediate.keyPem,
    ],
    ['a CA for any use', anyUse.certPem, anyUse.keyPem],
  ])('%s', (_, certPem, keyPem) => {
    const { authority, problems, warnings } = checkAuthority(certPem, keyPem, now)
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] })
    const signature = authority?.sign(Buffer.from('text'))
    expect(
      authority?.issuer.x509.publicKey &&
        signature &&
        verify('sha256', Buffer.from('text'), authority.issuer.x509.publicKey, signature),
    ).toBe(true)
  })

  it('the certificate of a bundle that the key belongs to, and leaves the bundle in its order', () => {
    const { authority } = checkAuthority(`# ours\n${root.certPem}\r\n${ec.certPem}`, ec.keyPem, now)
    expect(authority?.issuer.pem).toBe(ec.certPem)
    expect(authority?.caPem).toBe(root.certPem + ec.certPem)
    expect(authority?.intermediatesPem).toBe('')
  })

  it('intermediates without the root into the chain that servers present', () => {
    const { authority } = checkAuthority(root.certPem + intermediate.certPem, intermediate.keyPem, now)
    expect(authority?.intermediatesPem).toBe(intermediate.certPem)
  })
})

describe('checkAuthority warns of', () => {
  it.each([
    ['a weak RSA key', weak.certPem, weak.keyPem, /only 1024 bits/],
    ['a CA near its end', ending.certPem, ending.keyPem, /ends in 9 days/],
    [
      'a chain without its root',
      intermediate.certPem,
      intermediate.keyPem,
      /CN=intermediate, which CN=root signed.*append it/,
    ],
    [
      'another certificate in the bundle that is no CA',
      ec.certPem + leaf.certPem,
      ec.keyPem,
      /in ca-cert, CN=leaf is not/,
    ],
  ])('%s', (_, certPem, keyPem, warning) => {
    const { authority, warnings } = checkAuthority(certPem, keyPem, now)
    expect(authority).toBeDefined()
    expect(warnings).toEqual([expect.stringMatching(warning)])
  })
})

describe('an authority', () => {
  it('never shows its key, however it is printed or copied', () => {
    const { authority } = checkAuthority(root.certPem, root.keyPem, now)
    if (authority === undefined) throw new Error('no authority')
    const { d = '', p = '' } = createPrivateKey(root.keyPem).export({ format: 'jwk' })
    const keyLines = root.keyPem.split('\n').filter((line) => line !== '' && !line.includes('-----'))
    const shown = [
      JSON.stringify(authority),
      JSON.stringify({ ...authority }),
      inspect(authority, { depth: Infinity, showHidden: true }),
      String(authority),
      Object.values(authority).map(String).join('\n'),
    ].join('\n')
    expect(shown).toContain('CN=root')
    expect([...keyLines, d, p].filter((secret) => secret !== '' && shown.includes(secret))).toEqual([])
    expect(shown).not.toMatch(/PRIVATE|PrivateKeyObject/)
  })
})
