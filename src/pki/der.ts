import type forge from 'node-forge'
// Of all that node-forge has nothing else is needed, and a start has to load it.
import asn1 from 'node-forge/lib/asn1.js'

const { UNIVERSAL, CONTEXT_SPECIFIC } = asn1.Class
const { Type } = asn1

/** A DER value as node-forge models it; made and read only through this file. */
export type Der = forge.asn1.Asn1

/** node-forge keeps octets as "binary strings", one character an octet. */
const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const universal = (type: forge.asn1.Type, value: string): Der => asn1.create(UNIVERSAL, type, false, value)

export const sequence = (...items: readonly Der[]): Der =>
  asn1.create(UNIVERSAL, Type.SEQUENCE, true, [...items])
export const set = (...items: readonly Der[]): Der => asn1.create(UNIVERSAL, Type.SET, true, [...items])
export const oid = (dotted: string): Der => universal(Type.OID, asn1.oidToDer(dotted).getBytes())
/** Big-endian two's complement: a leading octet of 0x80 or more makes it negative. */
export const integer = (bytes: Uint8Array): Der => universal(Type.INTEGER, binary(bytes))
export const boolean = (value: boolean): Der => universal(Type.BOOLEAN, value ? '\xff' : '\x00')
export const nothing = (): Der => universal(Type.NULL, '')
export const octets = (bytes: Uint8Array): Der => universal(Type.OCTETSTRING, binary(bytes))
/** `unused`: how many of the last octet's low bits do not count, 0 to 7. */
export const bits = (bytes: Uint8Array, unused = 0): Der =>
  universal(Type.BITSTRING, String.fromCharCode(unused) + binary(bytes))
export const utf8 = (text: string): Der => universal(Type.UTF8, binary(Buffer.from(text, 'utf8')))
export const printable = (text: string): Der => universal(Type.PRINTABLESTRING, text)
export const ia5 = (text: string): Der => universal(Type.IA5STRING, text)
/** `[tag] EXPLICIT inner`. */
export const explicit = (tag: number, inner: Der): Der => asn1.create(CONTEXT_SPECIFIC, tag, true, [inner])
/** `[tag] IMPLICIT` over a primitive type. */
export const implicit = (tag: number, bytes: Uint8Array): Der =>
  asn1.create(CONTEXT_SPECIFIC, tag, false, binary(bytes))

/** RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on. Whole seconds. */
export const time = (date: Date): Der =>
  date.getUTCFullYear() < 2050
    ? universal(Type.UTCTIME, asn1.dateToUtcTime(date))
    : universal(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date))

export const encode = (node: Der): Buffer => Buffer.from(asn1.toDer(node).getBytes(), 'latin1')

// The published types know only `strict`; without the other two, forge guesses that some BIT STRINGs hold more ASN.1.
const fromDer = asn1.fromDer as unknown as (
  bytes: string,
  options: { strict: boolean; parseAllBytes: boolean; decodeBitStrings: boolean },
) => Der

/** Throws Error where the bytes are not one DER value. */
export const decode = (bytes: Uint8Array): Der =>
  fromDer(binary(bytes), { strict: true, parseAllBytes: true, decodeBitStrings: false })

/** What a constructed value holds; empty for a primitive one. */
export const childrenOf = (node: Der | undefined): readonly Der[] =>
  node !== undefined && typeof node.value !== 'string' ? node.value : []

/** Octets of a primitive value; empty for a constructed one. */
export const contentOf = (node: Der | undefined): Buffer =>
  node !== undefined && typeof node.value === 'string' ? Buffer.from(node.value, 'latin1') : Buffer.alloc(0)

/** Text of a string value of any of the types that names use. */
export const textOf = (node: Der | undefined): string => {
  if (node === undefined || typeof node.value !== 'string') return ''
  if (node.type === Type.BMPSTRING) return node.value
  return contentOf(node).toString(node.type === Type.UTF8 ? 'utf8' : 'latin1')
}

/** Dotted form of an OID value. */
export const oidOf = (node: Der | undefined): string =>
  node !== undefined && typeof node.value === 'string' ? asn1.derToOid(node.value) : ''

export const isContext = (node: Der, tag: number): boolean =>
  node.tagClass === CONTEXT_SPECIFIC && (node.type as number) === tag

export const isBoolean = (node: Der | undefined): boolean =>
  node?.tagClass === UNIVERSAL && node.type === Type.BOOLEAN
