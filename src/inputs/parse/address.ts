import { isIPv4, isIPv6 } from 'node:net'
import { bad, good, type Parsed } from './parsed.js'

/** An address in the one form it is compared and printed in: IPv6 compressed without brackets, names in lower case. */
export interface Address {
  readonly address: string
  readonly kind: 'ipv4' | 'ipv6' | 'name'
}

const EXAMPLE = '192.168.1.1'

/** Go's rule for names in certificates (crypto/x509 validHostname): underscores are not DNS, but are in use. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/** IPv4, IPv6 (plain or in brackets) or DNS name. */
export const parseAddress = (text: string): Parsed<Address> => {
  if (isIPv4(text)) return good({ address: text, kind: 'ipv4' })
  const bare = /^\[([^\]]*)\]$/.exec(text)?.[1] ?? text
  if (bare.includes('%')) {
    return bad(text, 'holds a % (a zone?), which cannot be in an address that other hosts use', 'fd00::1')
  }
  if (isIPv6(bare)) return good({ address: compressed(bare), kind: 'ipv6' })
  const rule = notAName(text)
  return rule === undefined
    ? good({ address: text.toLowerCase(), kind: 'name' })
    : bad(
        text,
        rule,
        text.includes(':') && !text.includes('://') && text.split(':').length > 2 ? 'fd00::1' : EXAMPLE,
      )
}

/** A literal address or name as it stands in a URL: IPv6 in brackets. */
export const inUrl = (address: string): string => (isIPv6(address) ? `[${address}]` : address)

const compressed = (ipv6: string): string => new URL(`http://[${ipv6}]`).hostname.slice(1, -1)

/** Why a text is no host name; undefined where it is one. Ordered from the usual mistakes to the general rule. */
const notAName = (text: string): string | undefined => {
  if (text.includes('://')) return 'is a URL; only the address goes here'
  if (/^[^:]*:\d+$|^\[.*\]:\d+$/.test(text)) return 'holds a port; only the address goes here'
  if (text.includes(':')) return 'looks like an IPv6 address but is none'
  if (text.includes('/')) return 'holds a slash; an address goes here, not a network or a path'
  if (text.endsWith('.')) return 'ends with a dot; leave it out'
  const labels = text.toLowerCase().split('.')
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) return 'looks like an IPv4 address but is none'
  if (text.length > 253 || !labels.every((label) => LABEL.test(label))) {
    return 'is neither an IPv4 address, nor an IPv6 address, nor a DNS name'
  }
  return undefined
}
