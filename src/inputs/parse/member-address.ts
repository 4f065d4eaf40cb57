import { parseAddress, type Address } from './address.js'
import { bad, type Parsed } from './parsed.js'

const EXAMPLE = '192.168.1.1'

/** An address that etcd can listen on and that the other members and clients can reach. */
export const parseMemberAddress = (text: string): Parsed<Address> => {
  if (!text.includes('://') && text.includes('@')) {
    return bad(
      text,
      'holds a user name; the login goes behind the address',
      `${EXAMPLE} ssh=admin@${EXAMPLE}`,
    )
  }
  if (/^[^:]*:\d+$|^\[.*\]:\d+$/.test(text)) {
    return bad(text, "holds a port; etcd's ports are the inputs client-port and peer-port", EXAMPLE)
  }
  const parsed = parseAddress(text)
  if (!parsed.ok) return parsed
  const rule = unreachable(parsed.value)
  return rule === undefined ? parsed : bad(text, rule, parsed.value.kind === 'ipv6' ? 'fd00::1' : EXAMPLE)
}

/** Is it an address of the host itself, whatever host that is? */
export const isLoopback = ({ address, kind }: Address): boolean =>
  kind === 'ipv4'
    ? address.startsWith('127.')
    : address === '::1' || address === 'localhost' || address.endsWith('.localhost')

const unreachable = ({ address, kind }: Address): string | undefined => {
  if (kind === 'ipv4') return unreachableIpv4(address)
  if (kind === 'ipv6') return unreachableIpv6(address)
  return undefined
}

const unreachableIpv4 = (address: string): string | undefined => {
  const first = Number(address.split('.')[0])
  if (address === '0.0.0.0') return 'means every address of a host, and no other host can connect to it'
  if (first === 0) return 'is of the network 0.0.0.0/8, which no host can have'
  if (first >= 224 && first <= 239) return 'is a multicast address, which no single host can have'
  if (first >= 240) return 'is a reserved or broadcast address, which no host can have'
  return undefined
}

const unreachableIpv6 = (address: string): string | undefined => {
  if (address === '::') return 'means every address of a host, and no other host can connect to it'
  if (/^ff/.test(address)) return 'is a multicast address, which no single host can have'
  if (/^fe[89ab]/.test(address)) return 'is a link-local address, which means something else on every host'
  if (address.startsWith('::ffff:')) return 'is an IPv4 address in IPv6 form; write it as IPv4'
  return undefined
}
