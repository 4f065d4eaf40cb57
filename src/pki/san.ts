import { isIPv4, isIPv6 } from 'node:net'
import { Failure } from '../failure.js'
import { type Der, childrenOf, contentOf, implicit, isContext, sequence } from './der.js'

/** The names a certificate is valid for; IP addresses in their shortest form ("10.0.0.1", "fd00::1"). */
export interface SubjectAltNames {
  readonly dns: readonly string[]
  readonly ips: readonly string[]
}

const TAG_DNS = 2
const TAG_IP = 7

/** 4 or 16 octets of an address; undefined where the text is none (a zone such as `%eth0` is none either). */
export const ipOctets = (text: string): Buffer | undefined => {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number))
  if (!isIPv6(text) || text.includes('%')) return undefined
  // The URL parser writes the last 32 bits in hexadecimal, whichever way they came.
  const [head = '', tail = ''] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  const octets = Buffer.alloc(16)
  groups.forEach((group, index) => octets.writeUInt16BE(parseInt(group, 16), index * 2))
  return octets
}

/** Shortest text form of 4 or 16 octets; other lengths as hexadecimal. */
export const ipText = (octets: Uint8Array): string => {
  if (octets.length === 4) return octets.join('.')
  const hex = Buffer.from(octets).toString('hex')
  if (octets.length !== 16) return hex
  return new URL(`http://[${(hex.match(/.{4}/g) ?? []).join(':')}]`).hostname.slice(1, -1)
}

/** Sorts names into DNS names (lower case, no final dot) and IP addresses (compared by value), each only once. */
export const sortSans = (names: readonly string[]): SubjectAltNames => {
  const dns = new Set<string>()
  const ips = new Set<string>()
  for (const name of names) {
    const octets = ipOctets(name)
    if (octets === undefined) dns.add(name.toLowerCase().replace(/\.$/, ''))
    else ips.add(ipText(octets))
  }
  return { dns: [...dns], ips: [...ips] }
}

/** GeneralNames. Throws Failure for an address that is none and for a name that is not ASCII. */
export const encodeSans = ({ dns, ips }: SubjectAltNames): Der =>
  sequence(
    ...dns.map((name) => {
      if (!/^[\x21-\x7e]+$/.test(name)) throw impossible(name, 'a DNS name is ASCII; write it as xn--...')
      return implicit(TAG_DNS, Buffer.from(name, 'latin1'))
    }),
    ...ips.map((ip) => {
      const octets = ipOctets(ip)
      if (octets === undefined) throw impossible(ip, 'it is no IP address')
      return implicit(TAG_IP, octets)
    }),
  )

/** DNS names and addresses of GeneralNames; other kinds (mail, URI) are passed over. */
export const decodeSans = (node: Der): SubjectAltNames => {
  const names = childrenOf(node)
  return {
    dns: names.filter((name) => isContext(name, TAG_DNS)).map((name) => contentOf(name).toString('latin1')),
    ips: names.filter((name) => isContext(name, TAG_IP)).map((name) => ipText(contentOf(name))),
  }
}

const impossible = (name: string, why: string): Failure =>
  new Failure({ what: `cannot put "${name}" into a certificate`, why })
