import { type Case, SANS, leafUnder, makeCase, underCa } from './case.js'
import { EXT, NAME, cn, craft, ecKeys, ext, hex, seq, tlv } from './craft.js'

const ALL_IPS = NAME.ip(0, 0, 0, 0, 0, 0, 0, 0)
const LAN = NAME.ip(192, 168, 0, 0, 255, 255, 0, 0)
const LOOPBACK = NAME.ip(127, 0, 0, 0, 255, 0, 0, 0)
const LOCALHOST = NAME.dns('localhost')

const limited = (
  name: string,
  permitted: readonly Buffer[],
  excluded: readonly Buffer[] = [],
  change: Partial<Case> = {},
): Case =>
  underCa(name, { extensions: [EXT.ca(), EXT.certSign, EXT.constraints(permitted, excluded)] }, change)

const namedLeaf = (
  name: string,
  names: readonly Buffer[],
  permitted: readonly Buffer[],
  excluded: readonly Buffer[] = [],
  change: Partial<Case> = {},
): Case => {
  const root = craft({ extensions: [EXT.ca(), EXT.certSign, EXT.constraints(permitted, excluded)] })
  const leaf = leafUnder(root, { extensions: [EXT.notCa, EXT.both, EXT.names(...names)] })
  return makeCase(name, [leaf], [root], change)
}

const ofCa = (name: string, constraints: Buffer, change: Partial<Case> = {}): Case =>
  underCa(name, { extensions: [EXT.ca(), EXT.certSign, constraints] }, change)

const middle = (constraints: Buffer): Case => {
  const root = craft()
  const between = craft({
    issuer: root,
    subject: cn('middle'),
    keys: ecKeys('P-521'),
    extensions: [EXT.ca(), EXT.certSign, constraints],
  })
  return makeCase('constraints of an intermediate CA', [leafUnder(between), between], [root])
}

const aboveOddMiddle = (): Case => {
  const root = craft({ extensions: [EXT.ca(), EXT.certSign, EXT.constraints([LOCALHOST], [])] })
  const between = craft({
    issuer: root,
    subject: cn('middle'),
    keys: ecKeys('P-521'),
    extensions: [EXT.ca(), EXT.certSign, EXT.names(NAME.dns('elsewhere'))],
  })
  return makeCase(
    'a name of the intermediate CA itself is not permitted',
    [leafUnder(between), between],
    [root],
  )
}

/** Name constraints of every kind. */
export const nameCases = (): readonly Case[] => [
  limited('constraints that permit every name', [LAN, LOOPBACK, LOCALHOST]),
  limited('constraints on IP alone, which permit all addresses', [LAN, LOOPBACK]),
  limited('constraints that lack 127.0.0.1', [LAN, LOCALHOST]),
  limited('constraints that lack the LAN', [NAME.ip(10, 0, 0, 0, 255, 0, 0, 0), LOOPBACK, LOCALHOST]),
  limited('constraints that lack localhost', [ALL_IPS, NAME.dns('example.com')]),
  limited('constraints on IPv6 alone, against IPv4', [NAME.ipHex('00'.repeat(32))]),
  limited('one address permitted and no other', [NAME.ip(192, 168, 1, 1, 255, 255, 255, 255)]),
  limited('an address excluded', [], [NAME.ip(192, 168, 1, 1, 255, 255, 255, 255)]),
  limited('another address excluded', [], [NAME.ip(192, 168, 1, 2, 255, 255, 255, 255)]),
  limited('an address excluded within what is permitted', [ALL_IPS], [LAN]),
  limited('all addresses excluded', [], [ALL_IPS]),
  limited('localhost excluded', [], [LOCALHOST]),
  limited('every DNS name excluded by an empty constraint', [], [NAME.dns('')]),
  limited('every DNS name permitted by an empty constraint', [NAME.dns('')]),
  limited('constraints on mail alone', [NAME.email('example.com')]),
  limited('constraints on URIs alone', [NAME.uri('example.com')]),
  limited('mail excluded', [], [NAME.email('user@example.com')]),
  limited('a directory name permitted, critical', [NAME.directory('x')]),
  limited('a directory name excluded, critical, beside an address', [LAN, LOOPBACK], [NAME.directory('x')]),
  limited('a registered identifier permitted, critical', [NAME.registered]),
  ofCa('a directory name permitted, not critical', EXT.constraints([NAME.directory('x')], [], false)),
  ofCa('constraints that lack an address, not critical', EXT.constraints([LOOPBACK], [], false)),
  limited('an address range with host bits', [NAME.ip(192, 168, 1, 5, 255, 255, 0, 0), LOOPBACK]),
  limited('a range with host bits that a search overlooks', [
    NAME.ip(192, 168, 1, 5, 255, 255, 255, 0),
    NAME.ip(10, 0, 0, 0, 255, 0, 0, 0),
    LOOPBACK,
  ]),
  limited('a mask that is no prefix', [NAME.ip(192, 168, 0, 0, 255, 0, 255, 0)]),
  limited('a mask that is no prefix within an octet', [NAME.ip(192, 168, 0, 0, 255, 0xa0, 0, 0)]),
  limited('an IP constraint without a mask', [NAME.ip(192, 168, 1, 1)]),
  limited('an IPv6 constraint of half the length', [NAME.ipHex('00'.repeat(16))]),
  limited('a DNS constraint with a star', [NAME.dns('*.example.com'), LOCALHOST]),
  limited('a DNS constraint with a final dot', [NAME.dns('localhost.')]),
  limited('a DNS constraint with an empty label', [NAME.dns('a..b'), LOCALHOST]),
  limited('a DNS constraint with two dots in front', [NAME.dns('..b'), LOCALHOST]),
  limited('a DNS constraint that is a dot', [NAME.dns('.'), LOCALHOST]),
  limited('a DNS constraint with a space', [NAME.dns('a b'), LOCALHOST]),
  limited('a DNS constraint that is not ASCII', [NAME.dns('\xfcber'), LOCALHOST]),
  limited('a mail constraint that is no mailbox', [], [NAME.email('@example.com')]),
  limited('a mail constraint with two dots in its local part', [], [NAME.email('a..b@example.com')]),
  limited('a mail constraint with a quoted local part', [], [NAME.email('"a b"@example.com')]),
  limited('a URI constraint that is an address', [], [NAME.uri('10.0.0.1')]),
  limited('a DNS constraint in capitals', [NAME.dns('LOCALHOST')]),
  limited('a DNS constraint on subdomains of the name alone', [NAME.dns('.localhost')]),
  ofCa('empty name constraints', ext('2.5.29.30', seq(), true)),
  ofCa('name constraints with an empty half', ext('2.5.29.30', seq(tlv(0xa0)), true)),
  ofCa(
    'name constraints with something behind them',
    ext('2.5.29.30', Buffer.concat([seq(tlv(0xa0, seq(LAN))), hex('0500')])),
  ),
  ofCa(
    'name constraints with something within behind them',
    ext('2.5.29.30', seq(tlv(0xa0, seq(LAN)), hex('0500'))),
  ),
  ofCa(
    'name constraints with minimum and maximum',
    ext('2.5.29.30', seq(tlv(0xa1, seq(NAME.dns('x'), hex('800100'))))),
  ),
  middle(EXT.constraints([LAN], [])),
  aboveOddMiddle(),
  namedLeaf('a leaf without names under constraints', [], [LAN]),
  namedLeaf('a name with a final dot under constraints', [NAME.dns('localhost.')], [LOCALHOST]),
  namedLeaf('a name with an empty label under constraints', [NAME.dns('a..localhost')], [LOCALHOST]),
  namedLeaf('an empty name under constraints', [NAME.dns('')], [LOCALHOST]),
  namedLeaf('a subdomain of what is permitted', [NAME.dns('a.Example.com')], [NAME.dns('eXample.com')]),
  namedLeaf('a domain that ends alike', [NAME.dns('notexample.com')], [NAME.dns('example.com')]),
  namedLeaf('a star below what is permitted', [NAME.dns('*.example.com')], [NAME.dns('example.com')]),
  namedLeaf(
    'a star beside what is excluded',
    [NAME.dns('*.example.com')],
    [],
    [NAME.dns('etcd.example.com')],
  ),
  namedLeaf(
    'a star above what is excluded',
    [NAME.dns('*.example.com')],
    [],
    [NAME.dns('a.etcd.example.com')],
  ),
  namedLeaf('mail of a permitted domain', [NAME.email('a@sub.example.com')], [NAME.email('example.com')]),
  namedLeaf('mail of another domain', [NAME.email('a@example.org')], [NAME.email('example.com')]),
  namedLeaf('mail of a permitted person', [NAME.email('a@EXAMPLE.com')], [NAME.email('a@example.com')]),
  namedLeaf('mail of another person', [NAME.email('b@example.com')], [NAME.email('a@example.com')]),
  namedLeaf('mail that is none under constraints', [NAME.email('nobody')], [LOCALHOST]),
  namedLeaf(
    'a URI of a permitted host',
    [NAME.uri('spiffe://td.example.com/etcd')],
    [NAME.uri('example.com')],
  ),
  namedLeaf('a URI of another host', [NAME.uri('spiffe://example.org/etcd')], [NAME.uri('example.com')]),
  namedLeaf('a URI with a port', [NAME.uri('https://example.com:2379/')], [NAME.uri('example.com')]),
  namedLeaf('a URI of an address under constraints', [NAME.uri('https://10.0.0.1/')], [LOCALHOST]),
  namedLeaf('a URI of an IPv6 address under constraints', [NAME.uri('https://[::1]/')], [LOCALHOST]),
  namedLeaf('a URI without a host under constraints', [NAME.uri('urn:etcd')], [LOCALHOST]),
  namedLeaf('names beside a directory name', [...SANS, NAME.directory('x')], [LAN, LOOPBACK, LOCALHOST]),
]
