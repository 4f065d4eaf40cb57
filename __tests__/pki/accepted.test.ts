import { describe, expect, it } from 'vitest'
import { checkAuthority, type Authority } from '../../src/pki/authority.js'
import { checkCaBundle } from '../../src/pki/ca-bundle.js'
import { issueClientCertificate } from '../../src/pki/client-certificate.js'
import { issueForRequest, requestFor } from '../../src/pki/member-certificate.js'
import { writePem } from '../../src/pki/pem.js'
import { now } from './cas.js'
import {
  EXT,
  NAME,
  cn,
  craft,
  ecKeys,
  ext,
  hex,
  octets,
  rsaKeys,
  seq,
  type Craft,
  type Crafted,
} from './go-x509/craft.js'
import { desiredCertificates, memberAt } from './members.js'

const pemOf = ({ der }: Crafted): string => writePem('CERTIFICATE', der)
const keyOf = ({ keys }: Crafted): string =>
  keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const rulesFor = (ca: Craft, others: readonly Crafted[] = []): readonly string[] => {
  const root = craft(ca)
  const bundle = [root, ...others].map(pemOf).join('')
  const { authority, problems } = checkAuthority(bundle, keyOf(root), now)
  expect(authority === undefined).toBe(problems.length > 0)
  return problems.map(({ input, rule }) => `${input} ${rule}`)
}
const limitedTo = (...names: readonly Buffer[]): Authority => {
  const root = craft({ extensions: [EXT.ca(), EXT.certSign, EXT.constraints(names, [])] })
  const { authority } = checkAuthority(pemOf(root), keyOf(root), now)
  if (authority === undefined) throw new Error('refused')
  return authority
}

describe('a CA from which etcd takes no certificate at all is refused', () => {
  it.each<[string, Craft, string]>([
    [
      'explicit EC parameters',
      { keys: ecKeys('P-384', 'explicit') },
      'has an EC key that spells out its curve',
    ],
    ['an extension twice', { extensions: [EXT.ca(), EXT.ca()] }, 'has the extension basicConstraints twice'],
    ['a negative serial number', { serial: hex('0201ff') }, 'has a negative serial number'],
    ['version 4', { version: hex('a003020103') }, 'has a version other than 1 to 3'],
    [
      'a critical key identifier',
      { extensions: [EXT.ca(), ext('2.5.29.14', octets(hex('01')), true)] },
      'has a critical subjectKeyIdentifier extension',
    ],
    [
      'a bad text in its name',
      { subject: cn('a@b', 0x13) },
      'has characters in its issuer that a PrintableString must not hold',
    ],
    [
      'a malformed constraint',
      { extensions: [EXT.ca(), EXT.constraints([NAME.ip(1, 2, 3, 4)], [])] },
      'has an IP name constraint of 4 octets',
    ],
  ])('because Go does not read it: %s', (_, ca, rule) => {
    expect(rulesFor(ca)).toEqual([expect.stringContaining(`ca-cert cannot be read by etcd: CN=`)])
    expect(rulesFor(ca)).toEqual([expect.stringContaining(rule)])
  })

  it.each<[string, Craft, string]>([
    [
      'an unknown critical extension',
      { extensions: [EXT.ca(), ext('1.2.3', hex('0500'), true)] },
      'has the critical extension 1.2.3, which Go refuses',
    ],
    [
      'critical constraints on directory names',
      { extensions: [EXT.ca(), EXT.constraints([NAME.directory('x')], [])] },
      'nameConstraints (on directory names',
    ],
    [
      'critical policy constraints',
      { extensions: [EXT.ca(), ext('2.5.29.36', seq(hex('800100')), true)] },
      'policyConstraints',
    ],
  ])('because its certificates are refused: %s', (_, ca, rule) => {
    expect(rulesFor(ca)).toEqual([
      expect.stringContaining(`ca-cert cannot sign for etcd: a certificate from it comes from CN=ca`),
    ])
    expect(rulesFor(ca)).toEqual([expect.stringContaining(rule)])
  })

  it('for another certificate of the bundle that etcd does not read, as the file is refused as a whole', () => {
    const odd = craft({ subject: cn('odd'), serial: hex('0201ff') })
    const rule = expect.stringContaining(
      'cannot be read by etcd: CN=odd has a negative serial number',
    ) as string
    expect(rulesFor({}, [odd])).toEqual([expect.stringContaining('ca-cert cannot be read by etcd: CN=odd')])
    expect(checkCaBundle(pemOf(craft()) + pemOf(odd), now).problems).toEqual([{ input: 'ca-cert', rule }])
  })

  it('not for another one that merely cannot sign', () => {
    expect(
      rulesFor({}, [craft({ subject: cn('odd'), extensions: [EXT.ca(), ext('1.2.3', hex('0500'), true)] })]),
    ).toEqual([])
  })

  it('for an RSA key of 1023 bits, which the key itself is refused for too', () => {
    expect(rulesFor({ keys: rsaKeys(1023) })).toEqual([
      expect.stringContaining('ca-key is an RSA key of 1023 bits'),
      expect.stringContaining('ca-cert cannot sign for etcd'),
    ])
  })
})

describe('a certificate that was signed', () => {
  const member = memberAt('10.0.0.1')
  const certificates = desiredCertificates()
  const request = requestFor({ member, members: [member], certificates })

  it('does not leave where etcd would refuse it', async () => {
    const authority = limitedTo(NAME.ip(10, 0, 0, 1, 255, 255, 255, 255), NAME.dns('localhost'))
    await expect(issueForRequest(authority, request, { days: 10, now })).rejects.toThrow(
      /^signed a certificate that etcd would refuse, and threw it away: at 20.*Z it is for 127\.0\.0\.1, but CN=ca permits only 10\.0\.0\.1\/32 \(name constraints\); it was not sent to any host; give a CA/,
    )
  })

  it('leaves where etcd takes it, under constraints too, and so does the one of the runner', async () => {
    const authority = limitedTo(NAME.ip(10, 0, 0, 1, 255, 255, 255, 255), NAME.ip(127, 0, 0, 0, 255, 0, 0, 0))
    const { certificatePem } = await issueForRequest(authority, request, { days: 10, now })
    expect(certificatePem).toContain('BEGIN CERTIFICATE')
    // It has no names, so constraints on names do not count.
    const client = await issueClientCertificate(limitedTo(NAME.dns('x')), { hours: 1, now })
    expect(client.certificatePem).toContain('BEGIN CERTIFICATE')
  })
})
