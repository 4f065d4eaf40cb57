import { describe, expect, it } from 'vitest'
import { writePem } from '../../src/pki/pem.js'
import { reviewCertificate } from '../../src/pki/review.js'
import { now, root } from './cas.js'
import { cn, craft, hex } from './go-x509/craft.js'
import { type TestCa, makeCa } from './openssl.js'

const wanted = {
  subject: [
    ['O', 'k8s'],
    ['CN', 'etcd'],
  ],
  sans: { dns: ['localhost'], ips: ['10.0.0.1', 'fd00::1'] },
  key: 'ecdsa-p256',
} as const

const review = (pem: string, caPem: string, trustedPem = caPem): readonly string[] =>
  reviewCertificate({ pem, caPem, trustedPem, wanted, now, renewBeforeMs: 30 * 86_400_000 })

describe('reviewCertificate tells what etcd would refuse a certificate for', () => {
  const limited = makeCa({
    key: 'P-256',
    subject: '/CN=limited',
    extensions: [
      'basicConstraints=critical,CA:TRUE',
      'nameConstraints=permitted;DNS:localhost,permitted;IP:10.0.0.1/255.255.255.255',
    ],
  })
  const under = (issuer: TestCa, extensions: readonly string[], subject = '/O=k8s/CN=etcd'): string =>
    makeCa({ issuer, subject, extensions }).certPem
  const names = 'subjectAltName=DNS:localhost,IP:10.0.0.1,IP:fd00::1'

  it.each<[string, string, string, string[]]>([
    [
      'a name that its CA may not sign for',
      under(limited, [names]),
      limited.certPem,
      [
        'would be refused by etcd: it is for fd00::1, but CN=limited permits only 10.0.0.1/32 (name constraints)',
      ],
    ],
    [
      'an unknown critical extension',
      under(root, [names, '1.2.3.4=critical,ASN1:NULL']),
      root.certPem,
      ['would be refused by etcd: it has the critical extension 1.2.3.4, which Go refuses'],
    ],
    [
      'a form that Go does not read',
      under(root, [names, 'subjectKeyIdentifier=critical,hash']),
      root.certPem,
      ['would be refused by etcd: it has a critical subjectKeyIdentifier extension, which Go does not read'],
    ],
    ['nothing where all is well', under(root, [names]), root.certPem, []],
  ])('%s', (_, pem, caPem, reasons) => {
    expect(review(pem, caPem)).toEqual(reasons)
  })

  it('as a renewal heals nothing of a CA file, that is not a reason', () => {
    const odd = writePem('CERTIFICATE', craft({ subject: cn('odd'), serial: hex('0201ff') }).der)
    expect(review(under(root, [names]), root.certPem, root.certPem + odd)).toEqual([])
  })
})
