import { type DerReader, TAG, Unreadable, eachIn, openDer } from './der.js'
import { readOid } from './values.js'

export const isAscii = (bytes: Buffer): boolean => bytes.every((byte) => byte < 0x80)

/** Go's set is the standard's with `*` and `&`, which old certificates hold. */
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?*&]*$/

/** Reads a Name and gives its octets, by which issuers are matched; throws Unreadable where Go does not read it. */
export const readName = (reader: DerReader, what: string): Buffer => {
  const whole = reader.readWhole(TAG.sequence, what)
  eachIn(openDer(whole).read(TAG.sequence, what), (rdns) =>
    eachIn(rdns.read(TAG.set, what), (pairs) => {
      const pair = openDer(pairs.read(TAG.sequence, what))
      readOid(pair, what)
      const { tag, content } = pair.readAny(what)
      checkText(tag, content, what)
    }),
  )
  return whole
}

const checkText = (tag: number, content: Buffer, what: string): void => {
  switch (tag) {
    case TAG.t61:
      return
    case TAG.printable:
      return insist(PRINTABLE.test(content.toString('latin1')), what, 'PrintableString')
    case TAG.utf8:
      return insist(Buffer.from(content.toString('utf8'), 'utf8').equals(content), what, 'UTF8String')
    case TAG.bmp:
      return insist(isUcs2(content), what, 'BMPString')
    case TAG.ia5:
      return insist(isAscii(content), what, 'IA5String')
    case TAG.numeric:
      return insist(/^[0-9 ]*$/.test(content.toString('latin1')), what, 'NumericString')
    default:
      throw new Unreadable(`has a text of an unknown type (${tag}) in its ${what}`)
  }
}

/** No surrogates and no non-characters, once a final NUL is taken away. */
const isUcs2 = (content: Buffer): boolean => {
  if (content.length % 2 !== 0) return false
  const points = Array.from({ length: content.length / 2 }, (_, index) => content.readUInt16BE(index * 2))
  if (points.at(-1) === 0) points.pop()
  return points.every(
    (point) => point < 0xd800 || (point > 0xdfff && point < 0xfdd0) || (point > 0xfdef && point < 0xfffe),
  )
}

const insist = (right: boolean, what: string, type: string): void => {
  if (!right) throw new Unreadable(`has characters in its ${what} that a ${type} must not hold`)
}
