import { parseAddress } from './address.js'
import { bad, good, type Parsed } from './parsed.js'

const EXAMPLE = 'etcd.example.com'

/** A DNS name (`*.` in front is allowed) or an IP address for a certificate. */
export const parseSan = (text: string): Parsed<string> => {
  const wildcard = text.startsWith('*.')
  const parsed = parseAddress(wildcard ? text.slice(2) : text)
  if (!parsed.ok) return bad(text, parsed.faults[0]?.rule ?? 'is no name', EXAMPLE)
  const { address, kind } = parsed.value
  if (wildcard && kind !== 'name') return bad(text, 'puts a star in front of an address', EXAMPLE)
  if (address === '0.0.0.0' || address === '::')
    return bad(text, 'is no address that a client can ask for', EXAMPLE)
  return good(wildcard ? `*.${address}` : address)
}
