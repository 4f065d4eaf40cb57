import { parseAddress } from './address.js'
import { bad, good, type Parsed } from './parsed.js'
import { portLike } from './scalar.js'

/** Where to log in, as far as it is written; the rest comes from ssh-user and ssh-port. */
export interface PartialTarget {
  readonly user: string | undefined
  /** As parseAddress gives it. */
  readonly host: string
  readonly port: number | undefined
}

const EXAMPLE = 'admin@bastion.example.com:2222'

/** `[USER@]HOST[:PORT]`; an IPv6 address with a port is in brackets. */
export const parseTarget = (text: string): Parsed<PartialTarget> => {
  if (text.includes('://')) return bad(text, 'is a URL; write it as [USER@]HOST[:PORT]', EXAMPLE)
  const at = text.lastIndexOf('@')
  const user = at < 0 ? undefined : text.slice(0, at)
  if (user !== undefined && !isLogin(user)) {
    return bad(text, 'has no login name in front of the @', EXAMPLE)
  }
  const { host, portText } = splitPort(text.slice(at + 1))
  const address = parseAddress(host)
  if (!address.ok) return bad(text, address.faults[0]?.rule ?? 'is no host', EXAMPLE)
  if (portText === undefined) return good({ user, host: address.value.address, port: undefined })
  const port = portLike('22')(portText)
  return port.ok
    ? good({ user, host: address.value.address, port: port.value })
    : bad(text, 'does not end in a port, a whole number from 1 to 65535', EXAMPLE)
}

/** A port follows the only colon, or the closing bracket; an IPv6 address without brackets has none behind it. */
const splitPort = (place: string): { readonly host: string; readonly portText: string | undefined } => {
  const [, host, portText] = /^(\[.*\]|[^:]*):([^:]*)$/s.exec(place) ?? []
  return host === undefined ? { host: place, portText: undefined } : { host, portText }
}

/** Login names go to the SSH server only, never into a shell; directories like LDAP allow far more than POSIX. What separates items of a list is in none. */
export const isLogin = (text: string): boolean => /^[^\s:/,;|\p{C}-][^\s:/,;|\p{C}]*$/u.test(text)

export const parseLogin = (text: string): Parsed<string> =>
  isLogin(text)
    ? good(text)
    : bad(text, 'is no login name: no blanks, none of : / , ; |, no dash in front', 'root')
