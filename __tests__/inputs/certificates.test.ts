import { describe, expect, it } from 'vitest'
import { makeCa } from '../pki/openssl.js'
import {
  ca,
  client,
  deploy,
  healthByEndpoints,
  now,
  otherCa,
  problemsIn,
  readWith,
  type Texts,
} from './setting.js'

const NOT_SET =
  'the secret it comes from is probably not set, or not visible to this workflow (forks and other environments do not see it)'
const from = (input: string): string =>
  `(example: \${{ secrets.${input.toUpperCase().replaceAll('-', '_')} }})`
const empty = (input: string): string => `${input} is empty: ${NOT_SET} ${from(input)}`
const noCa = makeCa({ subject: '/CN=leaf', extensions: ['basicConstraints=CA:FALSE'] })
const serverOnly = makeCa({
  subject: '/CN=server',
  issuer: ca,
  extensions: ['basicConstraints=CA:FALSE', 'extendedKeyUsage=serverAuth'],
})
const oddClient = makeCa({
  subject: '/CN=odd',
  issuer: ca,
  extensions: [
    'basicConstraints=CA:FALSE',
    'extendedKeyUsage=clientAuth',
    'subjectKeyIdentifier=critical,hash',
  ],
})
const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('the CA of a deploy', () => {
  it.each<[string, Texts, string[]]>([
    ['neither is set', { 'ca-cert': '', 'ca-key': '' }, [empty('ca-cert'), empty('ca-key')]],
    ['the key is not set', { 'ca-key': ' ' }, [empty('ca-key')]],
    ['the certificate is not set', { 'ca-cert': '' }, [empty('ca-cert')]],
    [
      'key of another CA',
      { 'ca-key': otherCa.keyPem },
      [
        'ca-key (secret) does not belong to the certificate in ca-cert (C=CN,O=k8s,CN=test-ca); give the key that it ' +
          `was made with ${from('ca-key')}`,
      ],
    ],
    [
      'no CA',
      { 'ca-cert': noCa.certPem, 'ca-key': noCa.keyPem },
      [
        'ca-cert (secret) is not the certificate of a CA (CN=leaf says CA:FALSE); give the certificate that signs ' +
          `others ${from('ca-cert')}`,
      ],
    ],
    [
      'swapped',
      { 'ca-cert': ca.keyPem, 'ca-key': ca.certPem },
      [
        `ca-cert (secret) holds a private key, not a certificate; were ca-cert and ca-key swapped? ${from('ca-cert')}`,
        `ca-key (secret) holds a certificate, not a private key; were ca-cert and ca-key swapped? ${from('ca-key')}`,
      ],
    ],
  ])('is refused: %s', (_, texts, problems) => {
    expect(problemsIn({ ...deploy, ...texts })).toEqual(problems)
  })

  it('is refused when it has expired', () => {
    const late = new Date('2100-01-01T00:00:00Z')
    expect(problemsIn(deploy, {}, late)).toEqual([expect.stringMatching(/^ca-cert \(secret\) expired at 20/)])
  })

  it('is understood as base64 of the PEM, and is needed by deploy only', () => {
    const encoded = { 'ca-cert': base64(ca.certPem), 'ca-key': base64(ca.keyPem) }
    const { desired, authority } = readWith({ ...deploy, ...encoded })
    expect(desired.certificates.caPem).toBe(ca.certPem)
    expect(desired.certificates.issuerPem).toBe(ca.certPem)
    expect(authority?.caPem).toBe(ca.certPem)
    const health = readWith({ ...deploy, operation: 'health', 'ca-cert': '', 'ca-key': '' })
    expect(health.authority).toBeUndefined()
    expect(health.desired.certificates.caPem).toBe('')
  })
})

describe('the client certificate', () => {
  it.each<[string, Texts, string[]]>([
    [
      'nothing is set',
      { 'ca-cert': '', 'client-cert': '', 'client-key': '' },
      ['ca-cert', 'client-cert', 'client-key'].map(empty),
    ],
    ['half of it', { 'client-key': '' }, [empty('client-key')]],
    [
      'key of another',
      { 'client-key': otherCa.keyPem },
      [`client-key (secret) does not belong to the certificate in client-cert ${from('client-key')}`],
    ],
    [
      'no client',
      { 'client-cert': serverOnly.certPem, 'client-key': serverOnly.keyPem },
      [
        `client-cert (secret) is no client certificate: its extended key usage lacks clientAuth ${from('client-cert')}`,
      ],
    ],
    [
      'a client that etcd does not read',
      { 'client-cert': oddClient.certPem, 'client-key': oddClient.keyPem },
      [
        'client-cert (secret) would be refused by etcd: it has a critical subjectKeyIdentifier extension, which Go does not read ' +
          from('client-cert'),
      ],
    ],
    [
      'swapped',
      { 'client-cert': client.keyPem, 'client-key': client.certPem },
      [
        `client-cert (secret) holds a private key, not a certificate; were client-cert and client-key swapped? ${from('client-cert')}`,
        `client-key (secret) holds a certificate, not a private key; were client-cert and client-key swapped? ${from('client-key')}`,
      ],
    ],
    [
      'not PEM',
      { 'client-cert': 'x', 'client-key': 'y' },
      [
        `client-cert (secret) is no certificate in PEM: there is no line "-----BEGIN CERTIFICATE-----" ${from('client-cert')}`,
        `client-key (secret) is no private key in PEM: there is no line "-----BEGIN PRIVATE KEY-----" ${from('client-key')}`,
      ],
    ],
    [
      'cut off',
      { 'client-cert': client.certPem.slice(0, 200), 'client-key': client.keyPem.slice(0, 100) },
      [
        `client-cert (secret) is damaged; copy it again as a whole ${from('client-cert')}`,
        `client-key (secret) is damaged: it has no END line, so it was probably cut off ${from('client-key')}`,
      ],
    ],
  ])('is refused: %s', (_, texts, problems) => {
    expect(problemsIn({ ...healthByEndpoints, ...texts })).toEqual(problems)
  })

  it('is refused when it has expired', () => {
    const late = new Date('2100-01-01T00:00:00Z')
    const lines = problemsIn(
      { ...healthByEndpoints, 'ca-cert': '', endpoints: 'http://10.0.0.1:2379' },
      {},
      late,
    )
    expect(lines).toEqual([expect.stringMatching(/^client-cert \(secret\) expired at 20/)])
  })

  it('comes back as plain PEM, whatever form it came in', () => {
    const texts = { 'client-cert': base64(client.certPem), 'client-key': base64(client.keyPem) }
    const { secrets } = readWith({ ...healthByEndpoints, ...texts })
    expect(secrets.clientCert).toBe(client.certPem)
    expect(secrets.clientKey).toBe(client.keyPem)
  })
})

describe('what certificates are to be like', () => {
  const SUBJECT = '(example: C=CN,ST=HangZhou,L=XS,O=k8s,OU=System,CN=etcd)'
  it.each<[Texts, string]>([
    [
      { 'certificate-mode': 'single' },
      'certificate-mode "single" is not one of per-member, shared (example: per-member)',
    ],
    [
      { 'certificate-key': 'rsa-1024' },
      'certificate-key "rsa-1024" is not one of rsa-2048, rsa-3072, rsa-4096, ecdsa-p256, ecdsa-p384 (example: rsa-2048)',
    ],
    [
      { 'certificate-days': '0' },
      'certificate-days "0" is not a whole number from 1 to 36500 (example: 3650)',
    ],
    [
      { 'certificate-days': '1e3' },
      'certificate-days "1e3" is not a whole number from 1 to 36500 (example: 3650)',
    ],
    [{ 'renew-before': '30' }, 'renew-before "30" has no unit: ms, s, m, h or d (example: 30d)'],
    [
      { 'renew-before': 'a month' },
      'renew-before "a month" is not a duration: numbers with ms, s, m, h or d (example: 30d)',
    ],
    [
      { 'renew-before': '30d', 'certificate-days': '30' },
      'renew-before "30d" is not shorter than certificate-days (30), so every run would renew every certificate (example: 30d)',
    ],
    [
      { 'certificate-subject': 'etcd' },
      `certificate-subject "etcd" is no KEY=VALUE; a comma inside a value is written \\, ${SUBJECT}`,
    ],
    [
      { 'certificate-subject': 'O=a,b,CN=x' },
      `certificate-subject "b" is no KEY=VALUE; a comma inside a value is written \\, ${SUBJECT}`,
    ],
    [
      { 'certificate-subject': 'C=CHN,CN=etcd' },
      `certificate-subject "C=CHN,CN=etcd" is no subject: C=CHN must be a country code of two letters ${SUBJECT}`,
    ],
    [
      { 'certificate-subject': 'O=k8s' },
      `certificate-subject "O=k8s" has no CN, by which etcd tells clients apart ${SUBJECT}`,
    ],
    [
      { 'certificate-subject': 'CN=a,CN=b' },
      `certificate-subject "CN=a,CN=b" has more than one CN ${SUBJECT}`,
    ],
    [
      { 'certificate-sans': 'https://lb' },
      'certificate-sans "https://lb" is a URL; only the address goes here (example: etcd.example.com)',
    ],
    [
      { 'certificate-sans': '*.10.0.0.1' },
      'certificate-sans "*.10.0.0.1" puts a star in front of an address (example: etcd.example.com)',
    ],
    [
      { 'certificate-sans': '0.0.0.0' },
      'certificate-sans "0.0.0.0" is no address that a client can ask for (example: etcd.example.com)',
    ],
  ])('is refused: %o', (texts, problem) => {
    expect(problemsIn({ ...deploy, ...texts })).toEqual([problem])
  })

  it('is read as it is written', () => {
    const { certificates } = readWith({
      ...deploy,
      'certificate-subject': 'C=CN, O=Acme\\, Inc.,CN=a\\\\b',
      'certificate-sans': '*.Example.com\nFD00::0:1, lb, lb',
      'certificate-days': '90',
    }).desired
    expect(certificates.subject).toEqual([
      ['C', 'CN'],
      ['O', 'Acme, Inc.'],
      ['CN', 'a\\b'],
    ])
    expect(certificates.sans).toEqual(['*.example.com', 'fd00::1', 'lb'])
    expect(certificates.days).toBe(90)
  })

  it('says when the CA soon ends', () => {
    const soon = makeCa({ days: 10 })
    const { warnings } = readWith({ ...deploy, 'ca-cert': soon.certPem, 'ca-key': soon.keyPem }, {}, now)
    expect(warnings).toEqual([expect.stringMatching(/^the CA certificate ends in 9 days/)])
  })
})
