import { createHmac } from 'node:crypto'
import { globMatches } from './glob.js'
import { isWhole, keyTypeOf, nameOfKey, type KeyName } from './public-key.js'

/** One usable line of known_hosts. */
export interface KnownHost {
  readonly revoked: boolean
  /** Does the line speak of this name (see `lookupName`)? */
  readonly matches: (name: string) => boolean
  readonly type: string
  /** The public key in SSH's wire form. */
  readonly blob: Buffer
}

/** A line `@cert-authority`: the hosts whose certificates the authority vouches for. */
export interface HostAuthority {
  /** Counted from 1. */
  readonly line: number
  readonly matches: KnownHost['matches']
}

/** A line that is neither a key, a comment nor empty. */
export interface KnownHostsProblem {
  /** Counted from 1. */
  readonly line: number
  readonly problem: string
}

export type HostKeyVerdict =
  | { readonly kind: 'known' }
  /** `authority`: the line of a certificate authority that vouches for it, where there is one. */
  | { readonly kind: 'unknown'; readonly authority?: number }
  | { readonly kind: 'revoked' }
  /** The host is listed, with other keys than the one it showed. */
  | { readonly kind: 'mismatch'; readonly expected: readonly KeyName[] }

/** The name known_hosts has for a host: plain for port 22, else `[host]:port`; lower case, as OpenSSH looks it up. */
export const lookupName = (host: string, port: number): string =>
  (port === 22 ? host : `[${host}]:${port}`).toLowerCase()

/** The known_hosts line that makes a key known. */
export const knownHostsLine = (host: string, port: number, blob: Buffer): string =>
  `${lookupName(host, port)} ${keyTypeOf(blob)} ${blob.toString('base64')}`

/** Reads known_hosts text; lines that cannot be understood come back as problems, the others still count. */
export const parseKnownHosts = (
  text: string,
): { entries: KnownHost[]; authorities: HostAuthority[]; problems: KnownHostsProblem[] } => {
  const entries: KnownHost[] = []
  const authorities: HostAuthority[] = []
  const problems: KnownHostsProblem[] = []
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const parsed = parseLine(line.trim())
    if (typeof parsed === 'string') problems.push({ line: index + 1, problem: parsed })
    else if (parsed?.marker === '@cert-authority')
      authorities.push({ line: index + 1, matches: parsed.host.matches })
    else if (parsed) entries.push(parsed.host)
  }
  return { entries, authorities, problems }
}

/** Is this the key that the host may show? A revoked key is refused even where another line lists it. */
export const checkHostKey = (
  entries: readonly KnownHost[],
  host: string,
  port: number,
  blob: Buffer,
): HostKeyVerdict => {
  const ours = entriesOf(entries, host, port)
  const same = ours.filter((entry) => entry.blob.equals(blob))
  if (same.some(({ revoked }) => revoked)) return { kind: 'revoked' }
  if (same.length > 0) return { kind: 'known' }
  const expected = ours.filter(({ revoked }) => !revoked).map((entry) => nameOfKey(entry.blob))
  return expected.length > 0 ? { kind: 'mismatch', expected } : { kind: 'unknown' }
}

/** The line of a certificate authority for this host; undefined where there is none. */
export const authorityOf = (
  authorities: readonly HostAuthority[],
  host: string,
  port: number,
): number | undefined => authorities.find(({ matches }) => matches(lookupName(host, port)))?.line

/** Types of the keys listed for a host, to be asked for first in the handshake. */
export const knownKeyTypes = (entries: readonly KnownHost[], host: string, port: number): string[] =>
  entriesOf(entries, host, port)
    .filter(({ revoked }) => !revoked)
    .map(({ type }) => type)

const entriesOf = (entries: readonly KnownHost[], host: string, port: number): KnownHost[] => {
  const name = lookupName(host, port)
  return entries.filter((entry) => entry.matches(name))
}

const parseLine = (
  line: string,
): { readonly host: KnownHost; readonly marker?: string | undefined } | string | undefined => {
  if (line === '' || line.startsWith('#')) return undefined
  const fields = line.split(/[ \t]+/)
  const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined
  if (marker !== undefined && marker !== '@revoked' && marker !== '@cert-authority')
    return `unknown marker ${marker}`
  const [names = '', type = '', base64 = ''] = fields
  if (/^(ssh-|ecdsa-|sk-)/.test(names)) return 'there is no host name before the key'
  if (type === '' || base64 === '') return 'a line has the form "HOST KEY-TYPE BASE64-KEY"'
  const blob = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64') : Buffer.alloc(0)
  if (keyTypeOf(blob) !== type || !isWhole(blob))
    return `the key is not a ${type} key in base64 (cut off, or a line was broken?)`
  const matches = names.startsWith('|') ? hashedName(names) : patternList(names)
  if (!matches) return 'the hashed host name is damaged'
  return { host: { revoked: marker === '@revoked', matches, type, blob }, marker }
}

/** `|1|SALT|HASH`: HMAC-SHA1 of the name keyed with the salt. */
const hashedName = (field: string): KnownHost['matches'] | undefined => {
  const [, version, salt = '', hash = ''] = field.split('|')
  const expected = Buffer.from(hash, 'base64')
  if (version !== '1' || expected.length !== 20) return undefined
  const key = Buffer.from(salt, 'base64')
  return (name) => createHmac('sha1', key).update(name).digest().equals(expected)
}

/** Comma list of names with `*` and `?`; a matching `!name` makes the whole line not match. */
const patternList = (field: string): KnownHost['matches'] => {
  const patterns = field.split(',').map((text) => ({
    negated: text.startsWith('!'),
    pattern: text.startsWith('!') ? text.slice(1) : text,
  }))
  return (name) => {
    const hits = patterns.filter(({ pattern }) => globMatches(pattern, name))
    return hits.length > 0 && !hits.some(({ negated }) => negated)
  }
}
