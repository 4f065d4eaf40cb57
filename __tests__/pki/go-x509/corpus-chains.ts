import { type Case, LEAF_KEYS, leafUnder, makeCase, oddLeaf, underCa } from './case.js'
import {
  CLIENT,
  type Craft,
  type Crafted,
  EXT,
  SERVER,
  SIGN,
  cn,
  craft,
  ecKeys,
  edKeys,
  ext,
  hex,
  keyIdentifier,
  octets,
  oid,
  rsaKeys,
  seq,
  tlv,
  utc,
} from './craft.js'

const ROOT = craft()
const TRUSTED_LEAF = leafUnder(ROOT)
const ANY = '2.5.29.37.0'

const between = (change: Craft = {}, issuer: Crafted = ROOT): Crafted =>
  craft({ issuer, subject: cn('middle'), keys: ecKeys('P-521'), ...change })

/** Leaf, intermediate CA and root. */
const three = (name: string, middle: Craft, change: Partial<Case> = {}, root: Craft = {}): Case => {
  const top = craft(root)
  const ca = between(middle, top)
  return makeCase(name, [leafUnder(ca), ca], [top], { keys: LEAF_KEYS, ...change })
}

const usages = (...ids: readonly string[]): Buffer[] => [EXT.ca(), EXT.certSign, EXT.usages(...ids)]
const policies = (...ids: readonly string[]): Buffer =>
  ext('2.5.29.32', seq(...ids.map((id) => seq(oid(id)))))
const askPolicies = (critical = false): Buffer => ext('2.5.29.36', seq(hex('800100')), critical)
const leafPolicies = (ca: Crafted, ...ids: readonly string[]): Crafted =>
  leafUnder(ca, { extensions: [EXT.notCa, EXT.both, policies(...ids)] })
const withPolicies = (
  name: string,
  middle: readonly Buffer[],
  leaf: readonly string[],
  change: Partial<Case> = {},
): Case => {
  const ca = between({ extensions: [EXT.ca(), EXT.certSign, ...middle] })
  return makeCase(name, [leafPolicies(ca, ...leaf), ca], [ROOT], change)
}

const OLD_GO = 'Go 1.23 and older, of which etcd up to 3.5.20 is built, do not know this critical extension'

/** Chains, usages, path lengths, policies, signatures and times. */
export const chainCases = (): readonly Case[] => [
  underCa('P-256 CA', {}),
  underCa('P-384 CA', { keys: ecKeys('P-384') }),
  underCa('P-521 CA', { keys: ecKeys('P-521') }),
  underCa('P-224 CA', { keys: ecKeys('P-224') }),
  underCa('RSA CA', { keys: rsaKeys() }),
  underCa('RSA CA of 1024 bits', { keys: rsaKeys(1024) }),
  underCa('RSA CA of 1023 bits', { keys: rsaKeys(1023) }),
  underCa('RSA CA of 768 bits', { keys: rsaKeys(768) }),
  underCa('Ed25519 CA', { keys: edKeys() }),
  underCa('CA without keyUsage', { extensions: [EXT.ca()] }),
  underCa('CA whose keyUsage lacks keyCertSign', { extensions: [EXT.ca(), EXT.digitalSignature] }),
  underCa('CA whose keyUsage has no bit at all', { extensions: [EXT.ca(), ext('2.5.29.15', hex('030100'))] }),
  underCa('CA without basicConstraints', { extensions: [EXT.certSign] }),
  underCa('CA that says CA:FALSE', { extensions: [EXT.notCa, EXT.certSign] }),
  underCa('CA of version 1', { version: Buffer.alloc(0), extensions: [] }),
  underCa('CA with pathlen:0', { extensions: [EXT.ca(0), EXT.certSign] }),
  underCa('CA for server certificates alone', { extensions: usages(SERVER) }),
  underCa('CA for client certificates alone', { extensions: usages(CLIENT) }),
  underCa('CA for both usages', { extensions: usages(SERVER, CLIENT) }),
  underCa('CA for any usage', { extensions: usages(ANY) }),
  underCa('CA for mail alone', { extensions: usages('1.3.6.1.5.5.7.3.4') }),
  underCa('CA with an empty list of usages', { extensions: usages() }),
  underCa('CA that expired', { notAfter: utc('250101000000Z') }),
  underCa('CA that has not begun', { notBefore: utc('270101000000Z') }),
  underCa('CA that signed itself with SHA-1', { signing: SIGN.ecSha1 }),
  underCa('CA whose own signature is wrong', {
    signature: (right) => tlv(0x03, hex('00'), right.subarray(4)),
  }),
  underCa('CA that asks for policies, as a root', { extensions: [EXT.ca(), EXT.certSign, askPolicies()] }),
  underCa(
    'CA with critical policy constraints',
    { extensions: [EXT.ca(), EXT.certSign, askPolicies(true)] },
    { stricter: OLD_GO },
  ),
  underCa(
    'CA with a critical inhibitAnyPolicy',
    { extensions: [EXT.ca(), ext('2.5.29.54', hex('020100'), true)] },
    { stricter: OLD_GO },
  ),
  three('an intermediate CA that is sent', {}),
  three('an intermediate CA of version 1', { version: Buffer.alloc(0), extensions: [] }),
  three('an intermediate CA that is no CA', { extensions: [EXT.notCa] }),
  three('an intermediate CA that expired', { notAfter: utc('250101000000Z') }),
  three('an intermediate CA below pathlen:0', {}, {}, { extensions: [EXT.ca(0), EXT.certSign] }),
  three('an intermediate CA below pathlen:1', {}, {}, { extensions: [EXT.ca(1), EXT.certSign] }),
  three('an intermediate CA with pathlen:0', { extensions: [EXT.ca(0), EXT.certSign] }),
  three('an intermediate CA signed with SHA-1', { signing: SIGN.ecSha1 }),
  three('an intermediate CA for servers alone', { extensions: usages(SERVER) }),
  three('an intermediate CA with an unknown critical extension', {
    extensions: [EXT.ca(), ext('1.2.3.4', hex('0500'), true)],
  }),
  three('an intermediate CA whose key Go does not know', {
    extensions: [EXT.ca()],
    spki: seq(seq(oid('1.2.3.4')), hex('03020001')),
  }),
  three('an intermediate CA that asks for policies', { extensions: [EXT.ca(), EXT.certSign, askPolicies()] }),
  withPolicies('policies that are asked for and there', [policies('1.2.3'), askPolicies()], ['1.2.3']),
  withPolicies('policies that are asked for and others', [policies('1.2.3'), askPolicies()], ['1.2.4']),
  withPolicies('any policy above, one below', [policies('2.5.29.32.0'), askPolicies()], ['1.2.3']),
  withPolicies('one policy above, any below', [policies('1.2.3'), askPolicies()], ['2.5.29.32.0']),
  withPolicies(
    'any policy below, where it does not count',
    [policies('1.2.3'), askPolicies(), ext('2.5.29.54', hex('020100'))],
    ['2.5.29.32.0'],
  ),
  withPolicies('no policies asked for', [policies('1.2.3')], ['1.2.4']),
  withPolicies('the same policy twice', [], ['1.2.3', '1.2.3']),
  ((): Case => {
    const ca = between({ signing: SIGN.ecSha1, notAfter: utc('300101000000Z') })
    return makeCase(
      'an intermediate CA signed with SHA-1 that is trusted itself',
      [leafUnder(ca), ca],
      [ROOT, ca],
    )
  })(),
  ((): Case => {
    const ca = between()
    return makeCase('an intermediate CA that is trusted without its root', [leafUnder(ca)], [ca])
  })(),
  makeCase('an intermediate CA that is not sent', [leafUnder(between())], [ROOT]),
  makeCase('a CA that is not trusted', [leafUnder(craft({ subject: cn('other') }))], [ROOT]),
  makeCase('another CA of the same name', [leafUnder(craft({ keys: ecKeys('P-521') }))], [ROOT]),
  makeCase('two CAs of one name', [leafUnder(ROOT)], [craft({ keys: ecKeys('P-521') }), ROOT], {
    keys: LEAF_KEYS,
  }),
  makeCase(
    'a CA file with an expired CA beside the right one',
    [leafUnder(ROOT)],
    [craft({ subject: cn('old'), notAfter: utc('210101000000Z') }), ROOT],
    { keys: LEAF_KEYS },
  ),
  makeCase(
    'a CA file with one that is not read',
    [leafUnder(ROOT)],
    [ROOT, craft({ subject: cn('odd'), serial: hex('0201ff') })],
  ),
  makeCase('a leaf that is trusted itself', [TRUSTED_LEAF], [TRUSTED_LEAF]),
  makeCase('an empty CA file', [leafUnder(ROOT)], []),
  oddLeaf('a leaf without usages', { extensions: [EXT.notCa] }),
  oddLeaf('a leaf without clientAuth', { extensions: [EXT.notCa, EXT.usages(SERVER)] }),
  oddLeaf('a server leaf, as a server', { extensions: [EXT.usages(SERVER)] }, { usages: ['serverAuth'] }),
  oddLeaf('a server leaf, as a client', { extensions: [EXT.usages(SERVER)] }, { usages: ['clientAuth'] }),
  oddLeaf('a leaf for any usage', { extensions: [EXT.usages(ANY)] }),
  oddLeaf('a leaf for an unknown usage', { extensions: [EXT.usages('1.2.3.4')] }),
  oddLeaf('a leaf that is a CA', { extensions: [EXT.ca(), EXT.both] }),
  oddLeaf('a leaf with name constraints', {
    extensions: [EXT.both, EXT.constraints([tlv(0x82, Buffer.from('x'))], [])],
  }),
  oddLeaf('a leaf that expired', { notAfter: utc('260531235959Z') }),
  oddLeaf('a leaf in its last second', { notAfter: utc('260601000000Z') }),
  oddLeaf('a leaf in its first second', { notBefore: utc('260601000000Z') }),
  oddLeaf('a leaf that has not begun', { notBefore: utc('260601000001Z') }),
  oddLeaf('a leaf that ends before it begins', {
    notBefore: utc('270101000000Z'),
    notAfter: utc('250101000000Z'),
  }),
  oddLeaf('a leaf that outlives its CA', { notAfter: utc('490101000000Z') }),
  oddLeaf('a leaf signed with SHA-1', { signing: SIGN.ecSha1 }),
  oddLeaf('a leaf signed with SHA-224', { signing: SIGN.ecSha224 }),
  oddLeaf('a leaf signed with SHA-384', { signing: SIGN.ecSha384 }),
  oddLeaf('a leaf whose signature is another', {
    signing: SIGN.ecSha384,
    innerAlgorithm: SIGN.ecSha256.algorithm,
  }),
  oddLeaf('a leaf whose signature was changed', {
    signature: (right) => tlv(0x03, hex('00'), right.subarray(0, -1), hex('00')),
  }),
  oddLeaf('a leaf whose issuer is written in another string type', { issuerName: cn('ca', 0x13) }),
  oddLeaf('a leaf with another authority key identifier', {
    extensions: [EXT.both, ext('2.5.29.35', seq(tlv(0x80, hex('0102'))))],
  }),
  oddLeaf('a leaf with the right key identifiers', {
    extensions: [
      EXT.both,
      ext('2.5.29.14', octets(keyIdentifier(LEAF_KEYS))),
      ext('2.5.29.35', seq(tlv(0x80, keyIdentifier(ROOT.keys)))),
    ],
  }),
  ...(
    [
      ['SHA-1', SIGN.rsaSha1],
      ['MD5', SIGN.rsaMd5],
      ['SHA-224', SIGN.rsaSha224],
      ['PSS and SHA-256', SIGN.pss256],
      ['PSS and an odd salt', SIGN.pssOddSalt],
      ['no NULL', SIGN.rsaWithoutNull],
    ] as const
  ).map(([name, signing]) => {
    const root = craft({ keys: rsaKeys() })
    return makeCase(`a leaf of an RSA CA signed with ${name}`, [leafUnder(root, { signing })], [root])
  }),
]
