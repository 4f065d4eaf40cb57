import { isIP } from 'node:net'

/**
 * Is a text a domain name that Go compares with constraints? No empty label, no final dot, printable ASCII alone; the empty text is one. A
 * constraint may begin with a dot.
 */
export const isDomain = (text: string, constraint = false): boolean => {
  if (text === '') return true
  const labels = (constraint && text.startsWith('.') ? text.slice(1) : text).split('.')
  return labels.every((label) => /^[\x21-\x7e]+$/.test(label))
}

export interface Mailbox {
  readonly local: string
  /** In lower case. */
  readonly domain: string
}

const ATOM = /^(?:\\?[0-9A-Za-z!#$%&'*+\-/=?^_`{|}~.])+/
// eslint-disable-next-line no-control-regex
const QUOTED = /^"(?:\\[\x01-\x09\x0b\x0c\x0e-\x7f]|[\x01-\x08\x0b\x0c\x0e-\x21\x23-\x5b\x5d-\x7f])*"/

/** An RFC 2821 mailbox as Go takes it apart; undefined where it is none. */
export const mailboxOf = (text: string): Mailbox | undefined => {
  const quoted = text.startsWith('"')
  const [raw = ''] = (quoted ? QUOTED : ATOM).exec(text) ?? []
  const local = (quoted ? raw.slice(1, -1) : raw).replace(/\\(.)/gs, '$1')
  if (raw === '' || (!quoted && (/^\.|\.$|\.\./.test(local) || local === ''))) return undefined
  if (text[raw.length] !== '@') return undefined
  const domain = text.slice(raw.length + 1)
  return isDomain(domain) ? { local, domain: domain.toLowerCase() } : undefined
}

/** `scheme://authority`, or `//authority`; whatever follows. */
const URI = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/([^/?#]*))?/

/**
 * Host with port of a URI, empty where it has none; undefined where Go's net/url does not read it. Stricter than Go in rare characters:
 * no certificate of ours has one.
 */
export const hostOfUri = (uri: string): string | undefined => {
  if (!/^[\x21-\x7e]*$/.test(uri) || /%(?![0-9A-Fa-f]{2})/.test(uri)) return undefined
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri) && /^[^/?#]*:/.test(uri)) return undefined
  const [, authority = ''] = URI.exec(uri) ?? []
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  if (!/^(?:\[[0-9A-Fa-f:.%]*\]|[^:[\]<>"\\^`{|}]*)(?::\d*)?$/.test(host)) return undefined
  return isDomain(host) ? host : undefined
}

/** The part of a URI's host that constraints are compared with; undefined where no constraint can be (no host, or an address). */
export const constrainedHost = (host: string): string | undefined => {
  const name = host.toLowerCase().replace(/:\d*$/, '')
  return name === '' || name.startsWith('[') || isIP(name) !== 0 ? undefined : name
}
