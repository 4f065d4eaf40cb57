import { type DerReader, TAG, Unreadable, malformed } from './der.js'

/** A two's complement integer in its shortest form. */
export const readInteger = (reader: DerReader, what: string, tag: number = TAG.integer): bigint => {
  const content = reader.read(tag, what)
  const [first, second] = content
  if (first === undefined) throw malformed(what)
  if (second !== undefined && (first === 0 || first === 0xff) && first >> 7 === second >> 7) {
    throw new Unreadable(`has a ${what} that is not encoded in DER`)
  }
  return BigInt.asIntN(content.length * 8, BigInt(`0x${content.toString('hex')}`))
}

/** DER knows 0x00 and 0xff alone. */
export const readBoolean = (reader: DerReader, what: string): boolean => {
  const content = reader.read(TAG.boolean, what)
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw malformed(what)
  return content[0] === 0xff
}

export interface BitString {
  readonly bytes: Buffer
  /** How many of the last octet's bits do not count. */
  readonly unused: number
}

export const readBitString = (reader: DerReader, what: string): BitString => {
  const content = reader.read(TAG.bitString, what)
  const [unused = 8] = content
  const bytes = content.subarray(1)
  const last = bytes.at(-1)
  if (unused > 7 || (last === undefined ? unused > 0 : (last & ((1 << unused) - 1)) !== 0)) {
    throw malformed(what)
  }
  return { bytes, unused }
}

/** The octets moved right, so that the bits that do not count are gone from the end (Go's BitString.RightAlign). */
export const alignedRight = ({ bytes, unused }: BitString): Buffer =>
  unused === 0
    ? bytes
    : Buffer.from(bytes.map((byte, index) => (byte >> unused) | ((bytes[index - 1] ?? 0) << (8 - unused))))

/** Dotted form. Parts of more than 31 bits are refused, as Go does. */
export const readOid = (reader: DerReader, what: string): string => {
  const parts: number[] = []
  let value = 0
  let octets = 0
  const content = reader.read(TAG.oid, what)
  for (const octet of content) {
    if ((octets === 0 && octet === 0x80) || octets === 5 || value >= 2 ** 24) throw malformed(what)
    value = value * 128 + (octet & 0x7f)
    octets++
    if (octet >= 0x80) continue
    parts.push(value)
    value = 0
    octets = 0
  }
  const [first, ...rest] = parts
  if (first === undefined || octets > 0) throw malformed(what)
  const root = Math.min(Math.floor(first / 40), 2)
  return [root, first - root * 40, ...rest].join('.')
}

const TIME = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})$/

/** UTCTime (years 1950 to 2049, seconds may be missing) or GeneralizedTime (with seconds), with Z or an offset other than zero. */
export const readTime = (reader: DerReader, what: string): Date => {
  const long = reader.at(TAG.generalizedTime)
  const text = reader.read(long ? TAG.generalizedTime : TAG.utcTime, what).toString('latin1')
  const [, years, months, days, hours, minutes, seconds, zone] = TIME.exec(text) ?? []
  if (years === undefined || zone === undefined || years.length !== (long ? 4 : 2)) throw malformed(what)
  if (long && seconds === undefined) throw malformed(what)
  const year = long ? Number(years) : Number(years) + (Number(years) >= 50 ? 1900 : 2000)
  const fields = [
    Number(months) - 1,
    Number(days),
    Number(hours),
    Number(minutes),
    Number(seconds ?? 0),
  ] as const
  const date = new Date(0)
  date.setUTCFullYear(year, fields[0], fields[1])
  date.setUTCHours(fields[2], fields[3], fields[4])
  const kept = [
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ]
  // A field out of its range would have changed another one.
  if (kept.some((field, index) => field !== fields[index])) throw malformed(what)
  return new Date(date.getTime() - offsetOf(zone, what) * 60_000)
}

/** Minutes east of UTC. Go writes a time without an offset as Z, and refuses what it would write otherwise. */
const offsetOf = (zone: string, what: string): number => {
  if (zone === 'Z') return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3))]
  const offset = hours * 60 + minutes
  if (offset === 0 || hours > 24 || minutes >= 60) throw malformed(what)
  return zone.startsWith('-') ? -offset : offset
}
