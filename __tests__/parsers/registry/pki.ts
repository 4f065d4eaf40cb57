import { generateKeyPairSync } from 'node:crypto'
import { commonNameOf } from '../../../src/observe/access.js'
import { checkAuthority } from '../../../src/pki/authority.js'
import { checkCaBundle, readCaBundle } from '../../../src/pki/ca-bundle.js'
import { readCaKey } from '../../../src/pki/ca-key.js'
import { parseCertificate, readCertificate } from '../../../src/pki/certificate.js'
import { readAsGo } from '../../../src/pki/go-x509/certificate.js'
import { isDomain, mailboxOf } from '../../../src/pki/go-x509/domain.js'
import { constrainedHost, hostOfUri } from '../../../src/pki/go-x509/uri.js'
import { verifyAsGo } from '../../../src/pki/go-x509/verify.js'
import { checkSubject } from '../../../src/pki/name.js'
import { readPem, writePem } from '../../../src/pki/pem.js'
import { ipOctets, sortSans } from '../../../src/pki/san.js'
import { cleanPem, pemLayers } from '../../../src/inputs/pem-text.js'
import { secretTexts } from '../../../src/inputs/secrets.js'
import { holdsPem, holdsPrivateKey, looksSecret } from '../../../src/inputs/stray-secret.js'
import { EXT, NAME, craft, ext, hex, octets, oid, seq, utc } from '../../pki/go-x509/craft.js'
import { differs, type Parser } from '../parser.js'

const { der } = craft({
  notBefore: utc('200101000000Z'),
  extensions: [
    EXT.ca(3),
    EXT.certSign,
    EXT.both,
    EXT.names(NAME.dns('a.b'), NAME.ip(10, 0, 0, 1), NAME.email('a@b.c'), NAME.uri('spiffe://a.b/c')),
    EXT.constraints([NAME.dns('b'), NAME.ip(10, 0, 0, 0, 255, 0, 0, 0)], [NAME.email('x@y.z')]),
    ext('2.5.29.14', octets(hex('0102'))),
    ext('2.5.29.32', seq(seq(oid('1.2.3')))),
  ],
})
const CERT = writePem('CERTIFICATE', der)
const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ format: 'pem', type: 'pkcs8' })
  .toString()
const NOW = new Date('2026-11-26T00:00:00Z')
const PEM = [CERT, KEY, CERT + CERT, CERT.replaceAll('\n', '\\n'), Buffer.from(CERT).toString('base64')]
const AGAINST_PEM = [
  ['', '-----BEGIN ', ''],
  ['-----BEGIN CERTIFICATE-----', '-----END ', ''],
  ['-----BEGIN X-----', 'Proc-Type: 4,', ''],
  ['', CERT, ''],
] as const

const octetsOf = (text: string): Buffer => Buffer.from(text, 'latin1')

export const PKI: readonly Parser[] = [
  {
    name: 'readPem, writePem',
    files: ['pki/pem.ts'],
    read: (text) => [readPem(text)],
    samples: PEM,
    attacks: AGAINST_PEM,
    law: (text) => {
      if (text === '') return undefined
      const [block] = readPem(writePem('CERTIFICATE', octetsOf(text)))
      return differs('read back', block?.der.toString('latin1'), octetsOf(text).toString('latin1'))
    },
  },
  {
    name: 'readCertificate, readCaBundle, checkCaBundle, commonNameOf',
    files: [
      'pki/certificate.ts',
      'pki/ca-bundle.ts',
      'pki/der.ts',
      'pki/name.ts',
      'pki/san.ts',
      'observe/access.ts',
    ],
    read: (text) => [readCertificate(text), readCaBundle(text), checkCaBundle(text, NOW), commonNameOf(text)],
    samples: PEM,
    attacks: AGAINST_PEM,
    // What the facts take of a file.
    most: 256 * 1024,
    share: 0.04,
  },
  {
    name: 'parseCertificate, readAsGo',
    files: [
      'pki/certificate.ts',
      ...[
        'certificate',
        'der',
        'extensions',
        'extension-values',
        'name',
        'values',
        'public-key',
        'signature',
        'name-constraints',
        'policies',
      ].map((name) => `pki/go-x509/${name}.ts`),
    ],
    read: (text) => [parseCertificate(octetsOf(text)), readAsGo(octetsOf(text))],
    samples: [der.toString('latin1')],
    attacks: [
      ['', '0\x80', ''],
      ['', '0\x7f', ''],
      ['0\x84\0\x10\0\0', '\x02\x01\x01', ''],
    ],
    most: 256 * 1024,
    share: 0.2,
  },
  {
    name: 'verifyAsGo',
    files: ['pki/go-x509/verify.ts', 'pki/go-x509/chain.ts', 'pki/go-x509/names-allowed.ts'],
    read: (text) => [
      verifyAsGo({ certificatePem: text, caPem: CERT, at: NOW, usages: ['serverAuth', 'clientAuth'] }),
      verifyAsGo({ certificatePem: CERT, caPem: text, at: NOW, usages: ['serverAuth'] }),
    ],
    samples: PEM,
    attacks: [['', CERT, '']],
    most: 256 * 1024,
    share: 0.04,
  },
  {
    name: 'checkAuthority, readCaKey',
    files: ['pki/authority.ts', 'pki/ca-key.ts'],
    read: (text) => [checkAuthority(text, KEY, NOW), checkAuthority(CERT, text, NOW), readCaKey(text)],
    samples: PEM,
    attacks: [['', KEY, '']],
    most: 128 * 1024,
    share: 0.04,
  },
  {
    name: 'hostOfUri, constrainedHost, mailboxOf, isDomain',
    files: ['pki/go-x509/uri.ts', 'pki/go-x509/domain.ts'],
    read: (text) => [hostOfUri(text), constrainedHost(text), mailboxOf(text), isDomain(text)],
    samples: ['spiffe://user@a.b:80/c?d#e', 'http://[fe80::1%25eth0]:1/', '"a\\"b"@c.d', 'a.b.c'],
    attacks: [
      ['http://[', '%25\0', ''],
      ['http://', ':', 'x'],
      ['"', '\\a', ''],
      ['', 'a.', ''],
    ],
  },
  {
    name: 'checkSubject, ipOctets, sortSans',
    files: ['pki/name.ts', 'pki/san.ts'],
    read: (text) => [
      checkSubject([
        ['CN', text],
        [text, text],
      ]),
      ipOctets(text),
      sortSans(text.split(',')),
    ],
    samples: ['etcd', '10.0.0.1,fd00::1,a.b.', '::ffff:1.2.3.4'],
  },
  {
    name: 'cleanPem, pemLayers, secretTexts',
    files: ['inputs/secrets.ts', 'inputs/pem-text.ts', 'inputs/unwrap.ts'],
    read: (text) => [cleanPem(text), pemLayers(text), secretTexts(() => text)],
    samples: PEM,
    attacks: AGAINST_PEM,
    most: 128 * 1024,
    share: 0.2,
    law: (text) => differs('cleaned twice', cleanPem(cleanPem(text)), cleanPem(text)),
  },
  {
    name: 'holdsPem, holdsPrivateKey, looksSecret',
    files: ['inputs/stray-secret.ts'],
    read: (text) => [holdsPem(text), holdsPrivateKey(text), looksSecret(text)],
    samples: [...PEM, 'https://user:pw@host', '%2d%2d', Buffer.from(KEY).toString('hex')],
    attacks: [...AGAINST_PEM, ['', '://', ''], ['', '%2', ''], ['', 'A=', ''], ['', 'aA1', '']],
    most: 128 * 1024,
    share: 0.2,
  },
]
