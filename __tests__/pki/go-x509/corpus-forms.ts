import { randomBytes } from 'node:crypto'
import { type Case, leafUnder, makeCase, oddLeaf, underCa } from './case.js'
import {
  EXT,
  NAME,
  SIGN,
  bits,
  cn,
  craft,
  ecKeys,
  edKeys,
  ext,
  generalized,
  hex,
  octets,
  oid,
  rsaKeys,
  seq,
  text,
  tlv,
  utc,
} from './craft.js'

const BIG_KEY = ((): Buffer => {
  const modulus = randomBytes(1025)
  modulus[0] = 0x40
  modulus[1024] = 1
  return seq(seq(oid('1.2.840.113549.1.1.1'), hex('0500')), bits(seq(tlv(0x02, modulus), hex('0203010001'))))
})()

const rsaSpki = (parameters: Buffer): Buffer => {
  const spki = rsaKeys().spki
  return seq(seq(oid('1.2.840.113549.1.1.1'), parameters), spki.subarray(spki.indexOf(hex('0382'))))
}
const ecSpki = (curve: Buffer, point: Buffer): Buffer =>
  seq(seq(oid('1.2.840.10045.2.1'), curve), bits(point))
const P256 = oid('1.2.840.10045.3.1.7')
const POINT = ecKeys().spki.subarray(-65)
const compressed = Buffer.concat([Buffer.from([2 + ((POINT.at(-1) ?? 0) & 1)]), POINT.subarray(1, 33)])
const offCurve = Buffer.concat([POINT.subarray(0, 64), Buffer.from([(POINT.at(-1) ?? 0) ^ 1])])

const withRaw = (name: string, change: (der: Buffer) => Buffer): Case => {
  const root = craft()
  const { chain, ...rest } = makeCase(name, [leafUnder(root)], [root])
  return { ...rest, chain: chain.map(change) }
}

/** How a certificate is written: what of it Go reads at all. */
export const formCases = (): readonly Case[] => [
  underCa('explicit EC parameters', { keys: ecKeys('P-256', 'explicit') }),
  underCa('the curve secp256k1', { keys: ecKeys('secp256k1') }),
  underCa('the curve brainpoolP256r1', { keys: ecKeys('brainpoolP256r1') }),
  underCa('an extension twice', { extensions: [EXT.ca(), EXT.certSign, EXT.ca()] }),
  underCa('an unknown extension twice', {
    extensions: [EXT.ca(), ext('1.2.3', hex('0500')), ext('1.2.3', hex('0500'))],
  }),
  underCa('an unknown extension', { extensions: [EXT.ca(), ext('1.2.3', hex('0500'))] }),
  underCa('an unknown critical extension', { extensions: [EXT.ca(), ext('1.2.3', hex('0500'), true)] }),
  underCa('a negative serial number', { serial: hex('0201ff') }, { stricter: 'Go 1.22 and older read it' }),
  underCa('the serial number 0', { serial: hex('020100') }),
  underCa('a serial number that is not minimal', { serial: hex('02020001') }),
  underCa('a serial number without octets', { serial: hex('0200') }),
  underCa('a serial number of 40 octets', { serial: tlv(0x02, Buffer.alloc(40, 0x11)) }),
  underCa('version 4', { version: hex('a003020103') }),
  underCa('version 2 with extensions', { version: hex('a003020101') }),
  underCa('version 1, spelled out', { version: hex('a003020100'), extensions: [] }),
  underCa('a critical subject key identifier', {
    extensions: [EXT.ca(), ext('2.5.29.14', octets(hex('01')), true)],
  }),
  underCa('a subject key identifier that is none', { extensions: [EXT.ca(), ext('2.5.29.14', hex('0500'))] }),
  underCa('a critical authority key identifier', {
    extensions: [EXT.ca(), ext('2.5.29.35', seq(tlv(0x80, hex('01'))), true)],
  }),
  underCa('an authority key identifier by name', {
    extensions: [EXT.ca(), ext('2.5.29.35', seq(tlv(0xa1, tlv(0xa4, cn('x')))))],
  }),
  underCa('a critical authority information access', {
    extensions: [
      EXT.ca(),
      ext('1.3.6.1.5.5.7.1.1', seq(seq(oid('1.3.6.1.5.5.7.48.1'), NAME.uri('http://x'))), true),
    ],
  }),
  underCa('a malformed authority information access', {
    extensions: [EXT.ca(), ext('1.3.6.1.5.5.7.1.1', seq(hex('0500')))],
  }),
  underCa('distribution points', {
    extensions: [EXT.ca(), ext('2.5.29.31', seq(seq(tlv(0xa0, tlv(0xa0, NAME.uri('http://x'))))))],
  }),
  underCa('malformed distribution points', {
    extensions: [EXT.ca(), ext('2.5.29.31', seq(seq(tlv(0xa0, hex('0500')))))],
  }),
  underCa('basicConstraints with TRUE as 1', { extensions: [ext('2.5.29.19', seq(hex('010101')))] }),
  underCa('basicConstraints with a negative path length', {
    extensions: [ext('2.5.29.19', seq(hex('0101ff 0201ff')))],
  }),
  underCa('basicConstraints with more behind', {
    extensions: [ext('2.5.29.19', Buffer.concat([seq(hex('0101ff')), hex('0500')]))],
  }),
  underCa('basicConstraints that are no sequence', { extensions: [ext('2.5.29.19', hex('0500'))] }),
  underCa('an extension that is critical by 1', {
    extensions: [EXT.ca(), seq(oid('1.2.3'), hex('010101'), octets(hex('0500')))],
  }),
  underCa('an extension that says it is not critical', {
    extensions: [EXT.ca(), seq(oid('1.2.3'), hex('010100'), octets(hex('0500')))],
  }),
  underCa('keyUsage with bits that do not count', {
    extensions: [EXT.ca(), ext('2.5.29.15', hex('03020006'))],
  }),
  underCa('keyUsage with a wrong count of bits', {
    extensions: [EXT.ca(), ext('2.5.29.15', hex('03020306'))],
  }),
  underCa('something behind the extensions', { tail: hex('0500') }),
  underCa('RSA without NULL', { keys: rsaKeys(), spki: rsaSpki(Buffer.alloc(0)) }),
  underCa('a compressed EC point', { spki: ecSpki(P256, compressed) }),
  underCa('a point that is not on the curve', { spki: ecSpki(P256, offCurve) }),
  underCa('EC parameters that are NULL', { spki: ecSpki(hex('0500'), POINT) }),
  underCa('Ed25519 with parameters', {
    keys: edKeys(),
    spki: seq(seq(oid('1.3.101.112'), hex('0500')), edKeys().spki.subarray(-35)),
  }),
  underCa('a key of an unknown kind', { spki: seq(seq(oid('1.2.3.4')), bits(POINT)) }),
  underCa('an unused bit in the signature', {
    signature: (right) => bits(Buffer.concat([right, hex('00')]), 1),
  }),
  underCa('UTCTime without seconds', { notBefore: utc('2001010000Z') }),
  underCa('UTCTime with an offset', { notBefore: utc('200101000000+0100') }),
  underCa('UTCTime with an offset of zero', { notBefore: utc('200101000000+0000') }),
  underCa('UTCTime without a zone', { notBefore: utc('200101000000') }),
  underCa('UTCTime on a day that is none', { notBefore: utc('200230000000Z') }),
  underCa('UTCTime with second 60', { notBefore: utc('200101000060Z') }),
  underCa('GeneralizedTime before 2050', { notBefore: generalized('20200101000000Z') }),
  underCa('GeneralizedTime with fractions', { notBefore: generalized('20200101000000.5Z') }),
  underCa('the end of time', { notAfter: generalized('99991231235959Z') }),
  underCa('the year 1950', { notBefore: utc('500101000000Z') }),
  underCa('a leap day that is none', { notBefore: utc('210229000000Z') }),
  underCa('an empty subject', { subject: seq() }),
  underCa('a subject with @ as PrintableString', { subject: cn('a@b', 0x13) }),
  underCa('a subject with * and & as PrintableString', { subject: cn('a*&b', 0x13) }),
  underCa('a subject as T61String', { subject: cn('caf\xe9', 0x14) }),
  underCa('a subject that is no UTF-8', { subject: cn('caf\xe9') }),
  underCa('a subject as BMPString', { subject: cn('\x00c\x00a', 0x1e) }),
  underCa('a subject as BMPString with a surrogate', { subject: cn('\xd8\x00', 0x1e) }),
  underCa('a subject as BMPString of odd length', { subject: cn('abc', 0x1e) }),
  underCa('a subject as UniversalString', { subject: cn('\x00\x00\x00c', 0x1c) }),
  underCa('a subject as IA5String beyond ASCII', { subject: cn('caf\xe9', 0x16) }),
  underCa('a subject as NumericString', { subject: cn('12 3', 0x12) }),
  underCa('a subject as NumericString with a letter', { subject: cn('12a', 0x12) }),
  oddLeaf('subjectAltName twice', {
    extensions: [EXT.both, EXT.names(NAME.dns('a')), EXT.names(NAME.dns('b'))],
  }),
  oddLeaf('subjectAltName with nothing that is known', {
    extensions: [EXT.both, EXT.names(NAME.registered)],
  }),
  oddLeaf('the same, critical', { extensions: [EXT.both, ext('2.5.29.17', seq(NAME.registered), true)] }),
  oddLeaf('an empty subjectAltName', { extensions: [EXT.both, EXT.names()] }),
  oddLeaf('an IP address of 5 octets', { extensions: [EXT.both, EXT.names(NAME.ip(1, 2, 3, 4, 5))] }),
  oddLeaf('a DNS name that is not ASCII', { extensions: [EXT.both, EXT.names(NAME.dns('\xfc'))] }),
  oddLeaf('an empty DNS name', { extensions: [EXT.both, EXT.names(NAME.dns(''))] }),
  oddLeaf('a DNS name with a final dot', { extensions: [EXT.both, EXT.names(NAME.dns('a.'))] }),
  oddLeaf('a URI with a bad escape', { extensions: [EXT.both, EXT.names(NAME.uri('http://a/%zz'))] }),
  oddLeaf('a URI with a space in its host', { extensions: [EXT.both, EXT.names(NAME.uri('http://a b/'))] }),
  oddLeaf('a URI with an empty label', { extensions: [EXT.both, EXT.names(NAME.uri('http://a..b/'))] }),
  oddLeaf('a malformed list of usages', { extensions: [ext('2.5.29.37', seq(hex('0500')))] }),
  oddLeaf('a leaf with an unknown critical extension', {
    extensions: [EXT.both, ext('1.2.3', hex('0500'), true)],
  }),
  oddLeaf('a leaf with an RSA key of 8199 bits', { spki: BIG_KEY }),
  oddLeaf('a leaf of version 1', { version: Buffer.alloc(0), extensions: [] }),
  oddLeaf('two algorithms named', { innerAlgorithm: SIGN.ecSha384.algorithm }),
  oddLeaf('a subject with an unknown tag', { subject: seq(tlv(0x31, seq(oid('2.5.4.3'), text(0x07, 'x')))) }),
  oddLeaf('a leaf with a P-224 key', { keys: ecKeys('P-224') }, { keys: ecKeys('P-224') }),
  oddLeaf('a leaf with an RSA key of 512 bits', { keys: rsaKeys(512) }, { keys: rsaKeys(512) }),
  oddLeaf('a leaf with an Ed25519 key', { keys: edKeys() }),
  withRaw('octets behind the certificate', (der) => Buffer.concat([der, hex('00')])),
  withRaw('a certificate cut off', (der) => der.subarray(0, -1)),
  withRaw('a length in more octets than it takes', (der) =>
    Buffer.concat([hex('308300'), der.subarray(2, 4), der.subarray(4)]),
  ),
  withRaw('a length that is left open', (der) => Buffer.concat([hex('3080'), der.subarray(4), hex('0000')])),
]
