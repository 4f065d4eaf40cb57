/**
 * Reads DER as strictly as Go's certificate parser does (golang.org/x/crypto/cryptobyte/asn1.go): one-octet tags, lengths and integers in
 * their shortest form, nothing of indefinite length. node-forge and OpenSSL take more than that, which is why they cannot judge for etcd.
 */

/** A certificate that Go does not read; the message is a clause that follows "the certificate". Stays inside go-x509/. */
export class Unreadable extends Error {}

/** A position in DER octets; reading moves it. */
export interface DerReader {
  readonly empty: () => boolean
  /** Is the next value one with this tag octet? */
  readonly at: (tag: number) => boolean
  /** The content of the next value, whose tag octet must be `tag`; `what` names it in the refusal. */
  readonly read: (tag: number, what: string) => Buffer
  /** The same with its header. */
  readonly readWhole: (tag: number, what: string) => Buffer
  /** The next value of whatever tag. */
  readonly readAny: (what: string) => DerValue
}

export interface DerValue {
  readonly tag: number
  readonly content: Buffer
  readonly whole: Buffer
}

/** Tag octets. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  numeric: 0x12,
  printable: 0x13,
  t61: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmp: 0x1e,
} as const

/** `[number]`, of a primitive or a constructed value. */
export const context = (number: number, constructed = false): number =>
  0x80 | (constructed ? 0x20 : 0) | number

export const openDer = (bytes: Buffer): DerReader => {
  let offset = 0

  const next = (what: string): DerValue => {
    const tag = bytes[offset]
    const first = bytes[offset + 1]
    if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw malformed(what)
    const { header, length } = first < 0x80 ? { header: 2, length: first } : longLength(first, what)
    const end = offset + header + length
    if (end > bytes.length) throw malformed(what)
    const value = {
      tag,
      content: bytes.subarray(offset + header, end),
      whole: bytes.subarray(offset, end),
    }
    offset = end
    return value
  }

  const longLength = (first: number, what: string): { header: number; length: number } => {
    const count = first & 0x7f
    if (count === 0 || count > 4 || offset + 2 + count > bytes.length) throw malformed(what)
    const length = bytes.readUIntBE(offset + 2, count)
    if (length < 0x80 || length < 256 ** (count - 1)) throw malformed(what)
    return { header: 2 + count, length }
  }

  const tagged = (tag: number, what: string): DerValue => {
    if (bytes[offset] !== tag) throw malformed(what)
    return next(what)
  }

  return {
    empty: () => offset >= bytes.length,
    at: (tag) => bytes[offset] === tag,
    read: (tag, what) => tagged(tag, what).content,
    readWhole: (tag, what) => tagged(tag, what).whole,
    readAny: next,
  }
}

/** A value with its header. */
export const wrap = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const digits = content.length.toString(16)
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content])
}

/** The values of a SEQUENCE's content one after the other. */
export const eachIn = <T>(content: Buffer, readOne: (reader: DerReader) => T): readonly T[] => {
  const reader = openDer(content)
  const values: T[] = []
  while (!reader.empty()) values.push(readOne(reader))
  return values
}

export const malformed = (what: string): Unreadable => new Unreadable(`has a malformed ${what}`)
