import { X509Certificate, createPrivateKey } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { CLIENT_COMMON_NAME, issueClientCertificate } from '../../src/pki/client-certificate.js'
import { generateKey } from '../../src/pki/key.js'
import { issueForRequest, requestFor } from '../../src/pki/member-certificate.js'
import { readCertificate } from '../../src/pki/certificate.js'
import { validityWithin } from '../../src/pki/validity.js'
import { farAhead, intermediate, now, root } from './cas.js'
import { authorityOf, desiredCertificates, memberAt } from './members.js'
import { makeCa, openssl, verifyWithOpenssl } from './openssl.js'

const first = memberAt('10.0.0.1')
const second = memberAt('10.0.0.2')
const third = memberAt('FD00:0::3')
const fourth = memberAt('etcd-4.example')
const members = [first, second, third, fourth]
const authority = authorityOf(root, now)

describe('requestFor', () => {
  it.each([
    ['a member with an IPv4 address', first, {}, ['localhost'], ['10.0.0.1', '127.0.0.1']],
    ['a member with an IPv6 address', third, {}, ['localhost'], ['fd00::3', '127.0.0.1']],
    ['a member with a DNS name', fourth, {}, ['etcd-4.example', 'localhost'], ['127.0.0.1']],
    [
      'further names',
      first,
      { sans: ['etcd.svc', '10.9.9.9', '127.0.0.1'] },
      ['localhost', 'etcd.svc'],
      ['10.0.0.1', '127.0.0.1', '10.9.9.9'],
    ],
    [
      'a certificate that all share',
      second,
      { mode: 'shared' as const },
      ['etcd-4.example', 'localhost'],
      ['10.0.0.1', '10.0.0.2', 'fd00::3', '127.0.0.1'],
    ],
  ])('names what is dialled: %s', (_, member, change, dns, ips) => {
    const request = requestFor({
      member,
      members,
      certificates: desiredCertificates(change),
    })
    expect(request.sans).toEqual({ dns, ips })
  })
})

describe('validityWithin', () => {
  const { notBefore, notAfter } = authority.issuer
  const inAnHour = new Date(now.getTime() + 3_600_000)

  it('begins five minutes ago and ends when asked', () => {
    expect(validityWithin(authority, 86_400_000, inAnHour)).toEqual({
      notBefore: new Date(inAnHour.getTime() - 300_000),
      notAfter: new Date(inAnHour.getTime() + 86_400_000),
    })
  })

  it('never goes past either end of the CA', () => {
    expect(validityWithin(authority, 100 * 365 * 86_400_000, now)).toEqual({ notBefore, notAfter })
  })

  it('refuses a CA that has ended, saying what to do', () => {
    expect(() => validityWithin(authority, 1, farAhead)).toThrow(
      /CA is valid from .* and now it is 2100-01-01T00:00:00Z; give a CA/,
    )
  })
})

describe('generateKey', () => {
  it.each(['rsa-2048', 'ecdsa-p256', 'ecdsa-p384'] as const)(
    'makes %s keys in plain PKCS#8 that stay hidden when printed',
    async (kind) => {
      const key = await generateKey(kind)
      const pem = key.privateKeyPem()
      expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
      expect(openssl(['pkey', '-noout', '-text'], pem)).toMatch(
        { 'rsa-2048': /2048 bit/, 'ecdsa-p256': /NIST CURVE: P-256/, 'ecdsa-p384': /NIST CURVE: P-384/ }[
          kind
        ],
      )
      const secret = pem.split('\n')[1] ?? ''
      expect(secret.length).toBeGreaterThan(60)
      expect(
        JSON.stringify(key) + inspect(key, { showHidden: true, depth: 9 }) + inspect({ ...key }),
      ).not.toContain(secret)
    },
  )
})

describe('issueForRequest', () => {
  it('gives a certificate and the key that belongs to it', async () => {
    const request = requestFor({
      member: third,
      members,
      certificates: desiredCertificates({ key: 'rsa-2048' }),
    })
    const { certificatePem, privateKeyPem } = await issueForRequest(authority, request, { days: 30, now })
    verifyWithOpenssl(certificatePem, root.certPem)
    const facts = readCertificate(certificatePem)
    expect(facts).toMatchObject({ ...request, notAfter: new Date(now.getTime() + 30 * 86_400_000) })
    expect(facts?.x509.checkPrivateKey(createPrivateKey(privateKeyPem()))).toBe(true)
  })

  it('adds the intermediate, so that clients that know only the root can follow', async () => {
    const bundled = authorityOf({ ...intermediate, certPem: intermediate.certPem + root.certPem }, now)
    const request = requestFor({ member: first, members, certificates: desiredCertificates() })
    const { certificatePem } = await issueForRequest(bundled, request, { days: 30, now })
    expect(certificatePem.endsWith(intermediate.certPem)).toBe(true)
    expect(readCertificate(certificatePem)?.issuer).toEqual([['CN', 'intermediate']])
  })

  it('ends with a CA that ends before it', async () => {
    const short = authorityOf(makeCa({ days: 5 }), now)
    const request = requestFor({ member: first, members, certificates: desiredCertificates() })
    const { certificatePem } = await issueForRequest(short, request, { days: 3650, now })
    expect(readCertificate(certificatePem)?.notAfter).toEqual(short.issuer.notAfter)
  })
})

describe('issueClientCertificate', () => {
  it('is good for a client alone, and for an hour', async () => {
    const { certificatePem, privateKeyPem } = await issueClientCertificate(authority, { hours: 1, now })
    const facts = readCertificate(certificatePem)
    expect(facts?.subject).toEqual([['CN', CLIENT_COMMON_NAME]])
    expect(facts?.notAfter).toEqual(new Date(now.getTime() + 3_600_000))
    expect(new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(privateKeyPem()))).toBe(true)
    expect(() => verifyWithOpenssl(certificatePem, root.certPem)).toThrow(/unsuitable certificate purpose/)
  })
})
