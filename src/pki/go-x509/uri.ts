import { isIP, isIPv6 } from 'node:net'
import { isDomain } from './domain.js'

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/
const USER_INFO = /^[-A-Za-z0-9._:~!$&'()*+,;=%@]*$/
/** What may stand in a host, escapes aside. */
const HOST = /^[-A-Za-z0-9_.~!$&'()*+,;=:[\]<>"%]*$/
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/

/**
 * Host with port of a URI of ASCII, empty where it has none; undefined where Go does not read it (net/url Parse, then the check of
 * crypto/x509 that the host is a domain name).
 */
export const hostOfUri = (uri: string): string | undefined => {
  const hash = uri.indexOf('#')
  const [whole, fragment] = hash < 0 ? [uri, ''] : [uri.slice(0, hash), uri.slice(hash)]
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]/.test(whole) || whole.startsWith(':')) return undefined
  const [scheme = ''] = SCHEME.exec(whole) ?? []
  const [rest = ''] = whole.slice(scheme.length).split('?', 1)
  if (BAD_ESCAPE.test(fragment)) return undefined
  if (!rest.startsWith('/')) {
    // What follows a scheme without a slash is not looked at.
    if (scheme !== '') return ''
    return BAD_ESCAPE.test(rest) || /^[^/]*:/.test(rest) ? undefined : ''
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))
  const [authority = ''] = hasAuthority ? rest.slice(2).split('/', 1) : []
  if (BAD_ESCAPE.test(hasAuthority ? rest.slice(2 + authority.length) : rest)) return undefined
  return hasAuthority ? hostOfAuthority(authority, /^https?:$/i.test(scheme)) : ''
}

const hostOfAuthority = (authority: string, web: boolean): string | undefined => {
  const at = authority.lastIndexOf('@')
  const user = authority.slice(0, Math.max(at, 0))
  if (!USER_INFO.test(user) || BAD_ESCAPE.test(user)) return undefined
  const host = authority.slice(at + 1)
  if (!HOST.test(host) || host.lastIndexOf('[') > 0) return undefined
  // Go 1.26 takes more than one colon outside of http and https alone.
  const port = host.startsWith('[') ? host.slice(host.lastIndexOf(']') + 1) : host.slice(colonOf(host, web))
  if (!/^(?::\d*)?$/.test(port)) return undefined
  if (host.startsWith('[') && !isIPv6(host.slice(1, host.lastIndexOf(']')).replace(/%25[^]+/, '')))
    return undefined
  // An escaped octet is none of ASCII, which no domain name holds; only `%` itself may be escaped.
  if (/%(?!25)/.test(host)) return undefined
  const plain = host.replaceAll('%25', '%')
  return isDomain(plain) ? plain : undefined
}

/** Where the port begins; at the end where there is none. */
const colonOf = (host: string, web: boolean): number => {
  const colon = web ? host.indexOf(':') : host.lastIndexOf(':')
  return colon < 0 ? host.length : colon
}

/** The part of a URI's host that constraints are compared with; undefined where none can be (no host, or an address). */
export const constrainedHost = (host: string): string | undefined => {
  const name = host.toLowerCase().replace(/:[^:]*$/, '')
  return name === '' || /[:[\]]/.test(name) || isIP(name) !== 0 ? undefined : name
}
