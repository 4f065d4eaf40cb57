import { createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { daysLeft, endsSoon, sameCaBundle } from '../../src/pki/inspect.js'
import { type CertificateTemplate, issueCertificate } from '../../src/pki/issue.js'
import type { CertificateRequest } from '../../src/pki/member-certificate.js'
import { reviewCertificate } from '../../src/pki/review.js'
import { ec, farAhead, intermediate, now, root } from './cas.js'
import { authorityOf } from './members.js'
import { makeCa, makeKey } from './openssl.js'

const DAY = 86_400_000
const publicKey = createPublicKey(makeKey('P-256'))
const rsaKey = createPublicKey(makeKey('rsa-2048'))
const authority = authorityOf(root, now)
/** Another CA of the same name, as when a CA was made anew: only the signature tells them apart. */
const namesake = makeCa({
  key: 'rsa-2048',
  subject: '/CN=root',
  extensions: ['basicConstraints=critical,CA:TRUE', 'subjectKeyIdentifier=none'],
})

/** The same key under another name. */
const renamed = makeCa({ keyPem: root.keyPem, subject: '/CN=renamed' })

const wanted: CertificateRequest = {
  subject: [
    ['O', 'k8s'],
    ['CN', 'etcd'],
  ],
  sans: { dns: ['localhost'], ips: ['10.0.0.1', 'fd00::1'] },
  key: 'ecdsa-p256',
}

/** Made by another tool, with a usage that stands for all. */
const anyUsage = makeCa({
  issuer: root,
  subject: '/O=k8s/CN=etcd',
  extensions: ['subjectAltName=DNS:localhost,IP:10.0.0.1,IP:fd00::1', 'extendedKeyUsage=anyExtendedKeyUsage'],
}).certPem

const inDays = (days: number): Date => new Date(now.getTime() + days * DAY)
const made = (change: Partial<CertificateTemplate> = {}): string =>
  issueCertificate(authority, { ...wanted, notBefore: now, notAfter: inDays(365), publicKey, ...change })

const review = (
  pem: string,
  change: Partial<Parameters<typeof reviewCertificate>[0]> = {},
): readonly string[] =>
  reviewCertificate({ pem, caPem: root.certPem, wanted, now, renewBeforeMs: 30 * DAY, ...change })

describe('reviewCertificate finds nothing', () => {
  it.each([
    ['in what was asked for', made(), {}],
    [
      'in the same names in another order',
      made({ sans: { dns: ['localhost'], ips: ['fd00::1', '10.0.0.1'] } }),
      {},
    ],
    ['in the same subject in another order', made({ subject: [...wanted.subject].reverse() }), {}],
    [
      'in an address spelled otherwise',
      made(),
      { wanted: { ...wanted, sans: { dns: ['LOCALHOST'], ips: ['FD00:0:0::1', '10.0.0.1'] } } },
    ],
    [
      'in a certificate with CRLF, and with its chain behind it',
      (made() + root.certPem).replaceAll('\n', '\r\n'),
      {},
    ],
    ['in a certificate of another tool that may be used for anything', anyUsage, {}],
    ['when any CA of a bundle issued it', made(), { caPem: ec.certPem + root.certPem }],
    ['with exactly as much time left as is wanted', made(), { now: inDays(335) }],
    [
      'near the end of a certificate that ends with its CA',
      made({ notAfter: authority.issuer.notAfter }),
      { now: new Date(authority.issuer.notAfter.getTime() - DAY) },
    ],
  ])('%s', (_, pem, change) => {
    expect(review(pem, change)).toEqual([])
  })
})

describe('reviewCertificate tells', () => {
  it.each([
    ['what is no certificate', 'rubbish', {}, ['cannot be read']],
    ['an empty file', '', {}, ['cannot be read']],
    ['another CA', made(), { caPem: ec.certPem }, ['was issued by another CA (CN=root)']],
    [
      'another CA of the same name',
      made(),
      { caPem: namesake.certPem },
      ['was issued by another CA (CN=root)'],
    ],
    ['the CA under another name', made(), { caPem: renamed.certPem }, ['was issued by another CA (CN=root)']],
    ['that no CA is known', made(), { caPem: '' }, ['was issued by another CA (CN=root)']],
    [
      'missing names',
      made({ sans: { dns: [], ips: ['10.0.0.1'] } }),
      {},
      ['does not cover localhost, fd00::1'],
    ],
    [
      'surplus names',
      made({ sans: { dns: ['localhost', 'x'], ips: ['10.0.0.1', '10.0.0.2', 'fd00::1'] } }),
      {},
      ['also covers x, 10.0.0.2, which is not asked for'],
    ],
    [
      'another subject',
      made({ subject: [['CN', 'other']] }),
      {},
      ['has the subject CN=other, wanted O=k8s,CN=etcd'],
    ],
    ['a missing usage', made({ usages: ['serverAuth'] }), {}, ['lacks the extended key usage clientAuth']],
    [
      'the other missing usage',
      made({ usages: ['clientAuth'] }),
      {},
      ['lacks the extended key usage serverAuth'],
    ],
    [
      'another kind of key',
      made({ publicKey: rsaKey }),
      {},
      ['has a key of type rsa-2048, wanted ecdsa-p256'],
    ],
    [
      'an end that is near',
      made(),
      { now: inDays(340) },
      [expect.stringMatching(/^ends in 2[45] days, at 20/)],
    ],
    ['its last day', made(), { now: inDays(364) }, [expect.stringMatching(/^ends in [01] days?, at 20/)]],
    ['an end that has passed', made(), { now: inDays(366) }, [expect.stringMatching(/^expired at 20/)]],
    [
      'a begin that has not come',
      made({ notBefore: inDays(2) }),
      {},
      [expect.stringMatching(/^is not valid before 20/)],
    ],
    [
      'everything at once',
      made({ subject: [], usages: ['clientAuth'], publicKey: rsaKey }),
      { caPem: ec.certPem, now: farAhead },
      [
        expect.stringContaining('another CA'),
        expect.stringContaining('expired'),
        expect.stringContaining('serverAuth'),
        expect.stringContaining('subject'),
        expect.stringContaining('rsa-2048'),
      ],
    ],
  ])('%s', (_, pem, change, reasons) => {
    expect(review(pem, change)).toEqual(reasons)
  })

  it("a CA certificate where a member's should be", () => {
    expect(review(root.certPem)).toContain('is a CA certificate, which no member may hold')
  })
})

describe('endsSoon', () => {
  it.each([
    ['made for a year, ends in ten days', 365, 355, true],
    ['made for a year, ends in forty days', 365, 325, false],
    ['made for a year, has ended', 365, 366, true],
    ['made for one day only', 1, 0.5, false],
  ])('%s', (_, madeFor, age, soon) =>
    expect(endsSoon(made({ notAfter: inDays(madeFor) }), inDays(age), 30 * DAY)).toBe(soon),
  )

  it('is not so for a text that holds no certificate', () => {
    expect(endsSoon('rubbish', now, DAY)).toBe(false)
  })
})

describe('daysLeft', () => {
  it.each([
    [0.5, 0],
    [1, 1],
    [30.9, 30],
    [-0.5, -1],
  ])('with %d days to go gives %d', (ahead, days) => {
    const notAfter = inDays(400)
    const seconds = Math.floor(notAfter.getTime() / 1000) * 1000
    expect(daysLeft(made({ notAfter }), new Date(seconds - ahead * DAY))).toBe(days)
  })

  it('has no answer where there is no certificate', () => {
    expect(daysLeft('rubbish', now)).toBeUndefined()
  })
})

describe('sameCaBundle', () => {
  const both = root.certPem + ec.certPem
  it.each([
    ['the same text', both, both, true],
    [
      'another order, CRLF and comments',
      both,
      `# ec\n${ec.certPem}# root\n${root.certPem}`.replaceAll('\n', '\r\n'),
      true,
    ],
    ['one certificate twice', root.certPem, root.certPem + root.certPem, true],
    ['one certificate more', root.certPem, both, false],
    ['one certificate less', both, ec.certPem, false],
    ['another certificate of the same name', root.certPem, namesake.certPem, false],
    ['another certificate', ec.certPem, intermediate.certPem, false],
    ['a damaged certificate in one of them', both, root.certPem + ec.certPem.slice(0, 200), false],
    [
      'a damaged certificate beside the same one',
      root.certPem,
      root.certPem + ec.certPem.slice(0, 200),
      false,
    ],
    ['nothing in both', '', '', false],
  ])('%s', (_, a, b, same) => {
    expect(sameCaBundle(a, b)).toBe(same)
    expect(sameCaBundle(b, a)).toBe(same)
  })
})
