import { describe, expect, it } from 'vitest'
import { checkAuthority } from '../../src/pki/authority.js'
import { now, longAgo, farAhead, root, ec, leaf } from './cas.js'
import { fileWith, makeCa, openssl } from './openssl.js'

const bare = makeCa({ subject: '/CN=bare', extensions: ['subjectKeyIdentifier=hash'] })
const noSign = makeCa({
  subject: '/CN=no-sign',
  extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=digitalSignature'],
})
const clientOnly = makeCa({
  subject: '/CN=client-only',
  extensions: ['basicConstraints=critical,CA:TRUE', 'extendedKeyUsage=clientAuth'],
})
const oddCurve = makeCa({ key: 'secp256k1', subject: '/CN=odd' })
const request = openssl(['req', '-new', '-key', fileWith(ec.keyPem), '-subj', '/CN=x'])
const garbled = ec.certPem.replace(/\n[A-Za-z0-9+/]{64}/, `\n${'A'.repeat(64)}`)

describe('checkAuthority refuses', () => {
  const key = root.keyPem
  const encrypted = openssl(['pkcs8', '-topk8', '-passout', 'pass:x'], key)
  const oldEncrypted = openssl(['rsa', '-traditional', '-aes128', '-passout', 'pass:x'], key)

  it.each([
    ['an empty ca-cert', '', key, now, ['ca-cert is empty; the secret it comes from is probably not set']],
    [
      'an empty ca-key',
      root.certPem,
      ' \n',
      now,
      ['ca-key is empty; the secret it comes from is probably not set'],
    ],
    ['words', 'x', 'y', now, ['ca-cert is not PEM; expected', 'ca-key is not PEM; expected']],
    [
      'the two swapped',
      key,
      root.certPem,
      now,
      [
        'ca-cert holds a private key, not a certificate; were ca-cert and ca-key swapped?',
        'ca-key holds a certificate, not a private key; were ca-cert and ca-key swapped?',
      ],
    ],
    ['a key in ca-cert alone', key, key, now, ['ca-cert holds a private key, not a certificate']],
    ['a key beside the certificate', root.certPem + key, key, now, ['ca-cert also holds a private key']],
    ['a request', request, key, now, ['ca-cert holds a certificate request']],
    [
      'a public key',
      root.certPem,
      '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
      now,
      ['ca-key holds "PUBLIC KEY" but no private key'],
    ],
    [
      'a certificate that was cut off',
      root.certPem.slice(0, 300),
      key,
      now,
      ['ca-cert is damaged: certificate 1 has no END line'],
    ],
    [
      'a certificate with bytes changed',
      garbled,
      ec.keyPem,
      now,
      ['ca-cert is damaged: certificate 1 cannot be read'],
    ],
    [
      'a key that was cut off',
      root.certPem,
      key.slice(0, 300),
      now,
      ['ca-key is damaged: the PRIVATE KEY block has no END line'],
    ],
    [
      'a key with bytes changed',
      root.certPem,
      key.replace(/\n.{64}/, `\n${'A'.repeat(64)}`),
      now,
      ['ca-key is damaged: the PRIVATE KEY block does not hold'],
    ],
    ['an encrypted PKCS#8 key', root.certPem, encrypted, now, ['ca-key is encrypted with a passphrase']],
    [
      'an encrypted PKCS#1 key',
      root.certPem,
      oldEncrypted,
      now,
      ['ca-key is encrypted with a passphrase, which is not supported; decrypt it with "openssl pkey'],
    ],
    [
      'an SSH key',
      root.certPem,
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----',
      now,
      ['ca-key is an SSH key'],
    ],
    ['two keys', root.certPem, key + ec.keyPem, now, ['ca-key holds 2 private keys']],
    [
      'a key of another CA',
      root.certPem,
      ec.keyPem,
      now,
      ['ca-key does not belong to the certificate in ca-cert (CN=root)'],
    ],
    [
      'a key of none in the bundle',
      root.certPem + leaf.certPem,
      ec.keyPem,
      now,
      ['ca-key does not belong to any of the 2 certificates'],
    ],
    [
      'a curve that Go does not know',
      oddCurve.certPem,
      oddCurve.keyPem,
      now,
      [
        'ca-cert cannot be read by etcd: CN=odd has a key on the curve secp256k1, which Go does not know',
        'ca-key is a key of type secp256k1',
      ],
    ],
    ['a CA that expired', root.certPem, key, farAhead, ['ca-cert expired at 20']],
    ['a CA that is not valid yet', root.certPem, key, longAgo, ['ca-cert is not valid before 20']],
    [
      'a certificate that is no CA',
      leaf.certPem,
      leaf.keyPem,
      now,
      ['ca-cert is not the certificate of a CA (CN=leaf says CA:FALSE)'],
    ],
    [
      'a certificate that does not say',
      bare.certPem,
      bare.keyPem,
      now,
      ['ca-cert is not the certificate of a CA (CN=bare has no basicConstraints)'],
    ],
    ['a CA without keyCertSign', noSign.certPem, noSign.keyPem, now, ['ca-cert may not sign certificates']],
    [
      'a CA for clients only',
      clientOnly.certPem,
      clientOnly.keyPem,
      now,
      ['ca-cert may not sign etcd certificates: its extended key usage leaves out serverAuth'],
    ],
    [
      'everything at once',
      leaf.certPem,
      ec.keyPem,
      farAhead,
      ['ca-cert expired', 'ca-cert is not the certificate of a CA', 'ca-key does not belong'],
    ],
  ])('%s', (_, certPem, keyPem, at, expected) => {
    const { authority, problems } = checkAuthority(certPem, keyPem, at)
    expect(authority).toBeUndefined()
    expect(problems.map(({ input, rule }) => `${input} ${rule}`)).toEqual(
      expected.map((start) => expect.stringContaining(start)),
    )
    // No part of a key in any message.
    const secrets = keyPem.split('\n').filter((line) => line.length > 40 && !line.includes('-----'))
    expect(secrets.filter((line) => JSON.stringify(problems).includes(line))).toEqual([])
  })
})
