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

/** A backslash takes whatever follows it along, as in Go. */
const ATOM = /^(?:\\[^]|[0-9A-Za-z!#$%&'*+\-/=?^_`{|}~.])+/
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
