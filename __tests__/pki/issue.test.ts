import { X509Certificate, createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCertificate } from '../../src/pki/certificate.js'
import { type CertificateTemplate, issueCertificate } from '../../src/pki/issue.js'
import { checkSubject } from '../../src/pki/name.js'
import { intermediate, now, root } from './cas.js'
import { authorityOf } from './members.js'
import { makeCa, makeKey, openssl, textOfCertificate, verifyWithOpenssl } from './openssl.js'

const inOneYear = new Date(now.getTime() + 365 * 86_400_000)
const rsaKey = createPublicKey(makeKey('rsa-2048'))
const ecKey = createPublicKey(makeKey('P-256'))

const template: CertificateTemplate = {
  subject: [
    ['C', 'CN'],
    ['ST', 'HangZhou'],
    ['CN', 'etcd'],
  ],
  sans: { dns: ['localhost', 'etcd-1.example'], ips: ['127.0.0.1', 'fd00::1'] },
  notBefore: now,
  notAfter: inOneYear,
  publicKey: rsaKey,
}

describe('a certificate passes openssl verify', () => {
  it.each([
    ['RSA', root, 'sha256WithRSAEncryption'],
    ['P-256', makeCa({ key: 'P-256' }), 'ecdsa-with-SHA256'],
    ['P-384', makeCa({ key: 'P-384' }), 'ecdsa-with-SHA384'],
    ['P-521', makeCa({ key: 'P-521' }), 'ecdsa-with-SHA512'],
    ['Ed25519', makeCa({ key: 'ed25519' }), 'ED25519'],
  ])('under a CA with an %s key', (_, ca, algorithm) => {
    for (const publicKey of [rsaKey, ecKey]) {
      const pem = issueCertificate(authorityOf(ca, now), { ...template, publicKey })
      verifyWithOpenssl(pem, ca.certPem)
      expect(textOfCertificate(pem)).toContain(`Signature Algorithm: ${algorithm}`)
    }
  })

  it('under an intermediate, with the root in the bundle', () => {
    const bundle = intermediate.certPem + root.certPem
    const pem = issueCertificate(authorityOf({ ...intermediate, certPem: bundle }, now), template)
    verifyWithOpenssl(pem, bundle)
    expect(() => verifyWithOpenssl(pem, root.certPem)).toThrow(/unable to get local issuer/)
  })

  it.each([
    ['in T61String and BMPString', '/C=CN/O=Gr\u00fc\u00dfe/CN=\u6570\u636e\u5e93', 'T61STRING|BMPSTRING'],
    ['with a multi-valued RDN', '/C=CN/OU=a+CN=b', 'CN ?= ?b'],
    ['of an odd attribute alone', '/UID=7', 'userId'],
  ])('under a CA whose name is %s, which is copied octet by octet', (_, subject, mark) => {
    const ca = makeCa({ subject, stringMask: 'default' })
    const authority = authorityOf(ca, now)
    const pem = issueCertificate(authority, template)
    verifyWithOpenssl(pem, ca.certPem)
    expect(new X509Certificate(pem).raw.includes(authority.issuer.subjectDer)).toBe(true)
    expect(openssl(['asn1parse'], pem) + openssl(['x509', '-noout', '-issuer'], pem)).toMatch(
      new RegExp(mark),
    )
  })
})

describe('a certificate says', () => {
  const authority = authorityOf(root, now)

  it('what etcd needs, in the words of openssl', () => {
    const text = textOfCertificate(issueCertificate(authority, template)).replace(/ +\n/g, '\n')
    expect(text).toContain('Version: 3 (0x2)')
    expect(text).toContain('Issuer: CN=root')
    expect(text).toContain('Subject: CN=etcd,ST=HangZhou,C=CN')
    expect(text).toMatch(/X509v3 Basic Constraints: critical\n\s+CA:FALSE\n/)
    expect(text).toMatch(/X509v3 Key Usage: critical\n\s+Digital Signature, Key Encipherment\n/)
    expect(text).toMatch(
      /X509v3 Extended Key Usage:\n\s+TLS Web Server Authentication, TLS Web Client Authentication\n/,
    )
    expect(text).toMatch(
      /X509v3 Subject Alternative Name:\n\s+DNS:localhost, DNS:etcd-1.example, IP Address:127.0.0.1, IP Address:FD00:0:0:0:0:0:0:1\n/,
    )
  })

  it('its RSA signature algorithm with NULL parameters, twice the same (RFC 4055)', () => {
    const hex = new X509Certificate(issueCertificate(authority, template)).raw.toString('hex')
    expect(hex.split('300d06092a864886f70d01010b0500')).toHaveLength(3)
  })

  it('no key encipherment for an EC key, which has none', () => {
    const text = textOfCertificate(issueCertificate(authority, { ...template, publicKey: ecKey }))
    expect(text).toMatch(/X509v3 Key Usage: critical\n\s+Digital Signature\n/)
  })

  it('clientAuth alone where asked for it, and no names where there are none', () => {
    const pem = issueCertificate(authority, {
      ...template,
      usages: ['clientAuth'],
      sans: { dns: [], ips: [] },
    })
    const text = textOfCertificate(pem)
    expect(text).toMatch(/Extended Key Usage: ?\n\s+TLS Web Client Authentication\n/)
    expect(text).not.toContain('Subject Alternative Name')
  })

  it('its names critically where the subject is empty', () => {
    const pem = issueCertificate(authority, { ...template, subject: [] })
    verifyWithOpenssl(pem, root.certPem)
    expect(textOfCertificate(pem)).toContain('X509v3 Subject Alternative Name: critical')
  })

  it.each([
    ['the CA that has an identifier', root],
    [
      'a CA that has none',
      makeCa({ extensions: ['basicConstraints=critical,CA:TRUE', 'subjectKeyIdentifier=none'] }),
    ],
    [
      'a CA with an identifier of its own making',
      makeCa({ extensions: ['basicConstraints=critical,CA:TRUE', 'subjectKeyIdentifier=01:02:03:04:05'] }),
    ],
  ])('the key identifier of %s', (name, ca) => {
    const pem = issueCertificate(authorityOf(ca, now), template)
    verifyWithOpenssl(pem, ca.certPem, [])
    const [own, issuers] = ['subjectKeyIdentifier', 'authorityKeyIdentifier'].map((extension) =>
      (/(?:keyid:)?\s*([0-9A-F:]{8,})/.exec(openssl(['x509', '-noout', '-ext', extension], pem))?.[1] ?? '')
        .replaceAll(':', '')
        .toLowerCase(),
    )
    expect(own).toBe(bitsDigest(rsaKey.export({ type: 'spki', format: 'der' }), 24))
    expect(issuers).toBe(
      name.includes('own making')
        ? '0102030405'
        : name.includes('none')
          ? bitsDigest(
              createPublicKey(createPrivateKey(ca.keyPem)).export({ type: 'spki', format: 'der' }),
              26,
            )
          : readCertificate(root.certPem)?.keyIdentifier.toString('hex'),
    )
  })

  it('times before and after 2050 in the two forms of RFC 5280', () => {
    const ca = makeCa({ days: 20_000 })
    const ends = [
      new Date('2049-12-31T23:59:59Z'),
      new Date('2050-01-01T00:00:00Z'),
      new Date('2071-06-01T12:30:00Z'),
    ]
    const pems = ends.map((notAfter) => issueCertificate(authorityOf(ca, now), { ...template, notAfter }))
    expect(pems.map((pem) => new Date(new X509Certificate(pem).validTo))).toEqual(ends)
    const forms = pems.map((pem) => openssl(['asn1parse'], pem).match(/UTCTIME|GENERALIZEDTIME/g)?.[1])
    expect(forms).toEqual(['UTCTIME', 'GENERALIZEDTIME', 'GENERALIZEDTIME'])
    pems.forEach((pem) => verifyWithOpenssl(pem, ca.certPem))
  })

  it('a serial number of its own: positive, 128 bits, never twice', () => {
    const serials = Array.from(
      { length: 60 },
      () => readCertificate(issueCertificate(authority, template))?.serial,
    )
    expect(new Set(serials).size).toBe(60)
    // The highest bit of the first octet is the sign.
    expect(serials.filter((serial) => !/^[4-7][0-9a-f]{31}$/.test(serial ?? ''))).toEqual([])
  })
})

describe('whatever is asked for', () => {
  const authority = authorityOf(makeCa({ key: 'P-256' }), now)
  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/)
  const dns = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
  const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  const pair = fc
    .tuple(fc.constantFrom('ST', 'L', 'O', 'OU', 'CN'), value)
    .filter((one) => checkSubject([one]).length === 0)

  it('node:crypto reads back the same names and subject', () => {
    const sans = fc.record({
      dns: fc.uniqueArray(dns, { maxLength: 6 }),
      ips: fc.uniqueArray(fc.oneof(fc.ipV4(), fc.ipV6()), { maxLength: 6 }),
    })
    const subjects = fc.uniqueArray(pair, { maxLength: 5, selector: ([name]) => name })
    fc.assert(
      fc.property(sans, subjects, (names, subject) => {
        const pem = issueCertificate(authority, { ...template, publicKey: ecKey, subject, sans: names })
        const x509 = new X509Certificate(pem)
        names.dns.forEach((name) => expect(x509.checkHost(name, { subject: 'never' })).toBe(name))
        names.ips.forEach((ip) => expect(x509.checkIP(ip)).toBeDefined())
        const count = x509.subjectAltName?.split(', ').length ?? 0
        expect(count).toBe(names.dns.length + names.ips.length)
        expect({ ...x509.toLegacyObject().subject }).toEqual(Object.fromEntries(subject))
        expect(x509.verify(authority.issuer.x509.publicKey)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})

describe('issueCertificate refuses', () => {
  const authority = authorityOf(root, now)
  const { notBefore, notAfter } = authority.issuer
  const later = (date: Date, ms: number): Date => new Date(date.getTime() + ms)

  it.each([
    ["an end after the CA's", { notAfter: later(notAfter, 1000) }, /after the CA itself/],
    ["a begin before the CA's", { notBefore: later(notBefore, -1000) }, /before the CA itself/],
    ['an end before the begin', { notAfter: later(now, -1000) }, /before it begins/],
    ['a subject with an unknown attribute', { subject: [['X', 'y']] as const }, /"X" is unknown/],
    ['a name that is none', { sans: { dns: [], ips: ['1.2.3'] } }, /"1.2.3"/],
  ])('%s', (_, change, message) => {
    expect(() => issueCertificate(authority, { ...template, ...change })).toThrow(message)
  })

  it("no end exactly at the CA's", () => {
    const pem = issueCertificate(authority, { ...template, notBefore, notAfter })
    expect(readCertificate(pem)).toMatchObject({ notBefore, notAfter })
  })
})

/** SHA-1 over the key's bits, found at their fixed offset in a SubjectPublicKeyInfo of this kind. */
const bitsDigest = (spki: Buffer, offset: number): string =>
  createHash('sha1').update(spki.subarray(offset)).digest('hex')
