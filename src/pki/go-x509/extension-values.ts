import { TAG, context, eachIn, malformed, openDer } from './der.js'
import { hostOfUri } from './uri.js'
import { isAscii } from './name.js'
import { readBitString, readBoolean, readInteger, readOid } from './values.js'

export interface BasicConstraints {
  readonly isCa: boolean
  /** How many intermediate CAs may stand below; undefined: any number. */
  readonly maxPath: number | undefined
}

export const readBasicConstraints = (value: Buffer): BasicConstraints => {
  const what = 'basicConstraints extension'
  const fields = openDer(openDer(value).read(TAG.sequence, what))
  const isCa = fields.at(TAG.boolean) ? readBoolean(fields, what) : false
  if (!fields.at(TAG.integer)) return { isCa, maxPath: undefined }
  const length = readInteger(fields, what)
  if (length < 0n || length >= 2n ** 63n) throw malformed(what)
  return { isCa, maxPath: Number(length) }
}

/** keyCertSign is bit 5, counted from the highest bit of the first octet. Go takes no bit at all for no extension. */
export const readKeyUsage = (value: Buffer): { readonly any: boolean; readonly certSign: boolean } => {
  const { bytes, unused } = readBitString(openDer(value), 'keyUsage extension')
  const [first = 0, second = 0] = bytes
  const counted = (bit: number): boolean => bit < bytes.length * 8 - unused
  return {
    any: first !== 0 || (second & 0x80) !== 0,
    certSign: counted(5) && (first & 0b0000_0100) !== 0,
  }
}

/** The names a certificate is for. */
export interface GoNames {
  readonly dns: readonly string[]
  readonly emails: readonly string[]
  /** 4 or 16 octets each. */
  readonly ips: readonly Buffer[]
  /** Each with its host and port, which may be empty. */
  readonly uris: readonly { readonly uri: string; readonly host: string }[]
}

export const NO_NAMES: GoNames = { dns: [], emails: [], ips: [], uris: [] }

export const readAltNames = (value: Buffer): GoNames => {
  const what = 'subjectAltName extension'
  const names = eachIn(openDer(value).read(TAG.sequence, what), (reader) => reader.readAny(what))
  const of = (number: number): readonly Buffer[] =>
    names.filter(({ tag }) => tag === context(number)).map(({ content }) => content)
  const textOf = (octets: Buffer): string => {
    if (!isAscii(octets)) throw malformed(what)
    return octets.toString('latin1')
  }
  return {
    emails: of(1).map(textOf),
    dns: of(2).map(textOf),
    uris: of(6).map((octets) => {
      const uri = textOf(octets)
      const host = hostOfUri(uri)
      if (host === undefined) throw malformed(what)
      return { uri, host }
    }),
    ips: of(7).map((octets) => {
      if (octets.length !== 4 && octets.length !== 16) throw malformed(what)
      return octets
    }),
  }
}

export const isNameless = ({ dns, emails, ips, uris }: GoNames): boolean =>
  dns.length + emails.length + ips.length + uris.length === 0

/** Dotted OIDs. */
export const readExtendedUsages = (value: Buffer): readonly string[] => {
  const what = 'extendedKeyUsage extension'
  return eachIn(openDer(value).read(TAG.sequence, what), (reader) => readOid(reader, what))
}

export const readSubjectKeyIdentifier = (value: Buffer): Buffer =>
  openDer(value).read(TAG.octetString, 'subjectKeyIdentifier extension')

/** undefined where it names its issuer in another way. */
export const readAuthorityKeyIdentifier = (value: Buffer): Buffer | undefined => {
  const what = 'authorityKeyIdentifier extension'
  const fields = openDer(openDer(value).read(TAG.sequence, what))
  return fields.at(context(0)) ? fields.read(context(0), what) : undefined
}

/** RFC 5280 4.2.1.13 and 4.2.2.1, as far as Go reads them; they decide nothing. */
export const checkDistributionPoints = (value: Buffer): void => {
  const what = 'cRLDistributionPoints extension'
  eachIn(openDer(value).read(TAG.sequence, what), (points) => {
    const point = openDer(points.read(TAG.sequence, what))
    if (!point.at(context(0, true))) return
    const names = openDer(openDer(point.read(context(0, true), what)).read(context(0, true), what))
    while (names.at(context(6))) names.read(context(6), what)
  })
}

export const checkAuthorityInfoAccess = (value: Buffer): void => {
  const what = 'authorityInfoAccess extension'
  eachIn(openDer(value).read(TAG.sequence, what), (entries) => {
    const entry = openDer(entries.read(TAG.sequence, what))
    readOid(entry, what)
    if (entry.at(context(6))) entry.read(context(6), what)
  })
}
