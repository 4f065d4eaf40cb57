import { isIP } from 'node:net'
import { type DerReader, TAG, Unreadable, context, eachIn, malformed, openDer } from './der.js'
import { isDomain, mailboxOf } from './domain.js'
import { isAscii } from './name.js'

/** A network: 4 or 16 octets each, as encoded. */
export interface IpRange {
  readonly address: Buffer
  readonly mask: Buffer
}

/** What one half of a name constraints extension speaks of. */
export interface Subtrees {
  readonly dns: readonly string[]
  readonly ips: readonly IpRange[]
  readonly emails: readonly string[]
  readonly uris: readonly string[]
}

export interface NameConstraints {
  readonly permitted: Subtrees
  readonly excluded: Subtrees
  /** It holds a kind of name that Go does not know, such as a directory name: refused where the extension is critical. */
  readonly otherKinds: boolean
}

const WHAT = 'name constraints extension'
const EMAIL = context(1)
const DNS = context(2)
const URI = context(6)
const IP = context(7)

/** RFC 5280 4.2.1.10, read as Go's parseNameConstraintsExtension does; throws Unreadable. */
export const readNameConstraints = (value: Buffer): NameConstraints => {
  const outer = openDer(value)
  const fields = openDer(outer.read(TAG.sequence, WHAT))
  const permitted = optional(fields, context(0, true))
  const excluded = optional(fields, context(1, true))
  if (!outer.empty() || !fields.empty()) throw malformed(WHAT)
  if (permitted.length + excluded.length === 0)
    throw new Unreadable('has an empty name constraints extension')
  const halves = { permitted: readSubtrees(permitted), excluded: readSubtrees(excluded) }
  return {
    permitted: halves.permitted.known,
    excluded: halves.excluded.known,
    otherKinds: halves.permitted.otherKinds || halves.excluded.otherKinds,
  }
}

const optional = (reader: DerReader, tag: number): Buffer =>
  reader.at(tag) ? reader.read(tag, WHAT) : Buffer.alloc(0)

const readSubtrees = (content: Buffer): { known: Subtrees; otherKinds: boolean } => {
  const bases = eachIn(content, (reader) => openDer(reader.read(TAG.sequence, WHAT)).readAny(WHAT))
  const of = (tag: number): readonly Buffer[] =>
    bases.filter((base) => base.tag === tag).map((base) => base.content)
  return {
    known: {
      dns: of(DNS).map((octets) => readText(octets, 'DNS', (text) => isDomain(text, true))),
      ips: of(IP).map(readRange),
      emails: of(EMAIL).map((octets) => readText(octets, 'email', isMailConstraint)),
      uris: of(URI).map((octets) =>
        readText(octets, 'URI', (text) => isIP(text) === 0 && isDomain(text, true)),
      ),
    },
    otherKinds: bases.some(({ tag }) => ![DNS, IP, EMAIL, URI].includes(tag)),
  }
}

const isMailConstraint = (text: string): boolean =>
  text.includes('@') ? mailboxOf(text) !== undefined : isDomain(text, true)

const readText = (octets: Buffer, kind: string, fits: (text: string) => boolean): string => {
  const text = octets.toString('latin1')
  if (!isAscii(octets) || !fits(text)) {
    throw new Unreadable(`has the ${kind} name constraint ${JSON.stringify(text)}, which Go does not read`)
  }
  return text
}

const readRange = (octets: Buffer): IpRange => {
  const size = octets.length / 2
  if (size !== 4 && size !== 16) {
    throw new Unreadable(
      `has an IP name constraint of ${octets.length} octets instead of 8 or 32 (address and mask)`,
    )
  }
  const mask = octets.subarray(size)
  const bits = [...mask].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  if (bits.includes('01')) {
    throw new Unreadable(`has an IP name constraint whose mask is no prefix (${mask.toString('hex')})`)
  }
  return { address: octets.subarray(0, size), mask }
}
