import { ipText } from '../san.js'
import { isDomain, mailboxOf } from './domain.js'
import type { GoNames } from './extension-values.js'
import { rangeFoundBySearch, rangeOf } from './ip-ranges.js'
import type { IpRange, NameConstraints, Subtrees } from './name-constraints.js'
import { constrainedHost } from './uri.js'

/** A name that a CA's name constraints do not allow. */
export interface ForbiddenName {
  /** For people: "10.0.0.1", "etcd.example.com". */
  readonly name: string
  /** A clause that follows the CA's name: "permits only 192.168.0.0/16". */
  readonly limit: string
}

/**
 * All names that a CA may not sign for. Go compares every name of a certificate with the constraints of every CA above it, whichever name
 * is dialled (verify.go). A kind of name of which the constraints permit nothing is free; IPv4 and IPv6 are one kind.
 */
export const forbiddenNames = (
  names: GoNames,
  { permitted, excluded }: NameConstraints,
): readonly ForbiddenName[] => {
  const judged = (
    name: string,
    kind: keyof Subtrees,
    isPermitted: (limits: Subtrees) => boolean,
    isExcluded: (limits: Subtrees) => boolean,
  ): readonly ForbiddenName[] => {
    if (permitted[kind].length > 0 && !isPermitted(permitted)) {
      return [{ name, limit: `permits only ${showLimits(permitted, kind)}` }]
    }
    return isExcluded(excluded) ? [{ name, limit: `excludes ${showLimits(excluded, kind)}` }] : []
  }
  return [
    ...names.ips.flatMap((ip) =>
      judged(
        ipText(ip),
        'ips',
        ({ ips }) => rangeOf(ip, ips) !== undefined && rangeFoundBySearch(ip, ips) !== undefined,
        ({ ips }) => rangeOf(ip, ips) !== undefined || rangeFoundBySearch(ip, ips) !== undefined,
      ),
    ),
    ...names.dns.flatMap((name) =>
      isDomain(name)
        ? judged(
            name,
            'dns',
            ({ dns }) => dns.some((limit) => isWithin(name, limit)),
            ({ dns }) => dns.some((limit) => isWithin(name, limit) || coversByStar(name, limit)),
          )
        : [{ name, limit: 'has name constraints, with which Go can compare no such name' }],
    ),
    ...names.uris.flatMap(({ uri, host }) => {
      const name = constrainedHost(host)
      return name === undefined
        ? [{ name: uri, limit: 'has name constraints, with which Go can compare no such URI' }]
        : judged(
            uri,
            'uris',
            ({ uris }) => uris.some((limit) => isWithin(name, limit)),
            ({ uris }) => uris.some((limit) => isWithin(name, limit)),
          )
    }),
    ...names.emails.flatMap((email) => {
      const mailbox = mailboxOf(email)
      const holds = ({ emails }: Subtrees): boolean =>
        emails.some((limit) => mailbox !== undefined && mailWithin(mailbox, limit))
      return mailbox === undefined
        ? [{ name: email, limit: 'has name constraints, with which Go can compare no such address' }]
        : judged(email, 'emails', holds, holds)
    }),
  ]
}

/** `etcd.example.com` is within `example.com`, itself included, and within `.example.com`, itself excluded; everything is within ``. */
const isWithin = (name: string, limit: string): boolean => {
  const [low, end] = [name.toLowerCase(), limit.toLowerCase()]
  if (end === '' || low === end) return true
  return low.endsWith(end.startsWith('.') ? end : `.${end}`)
}

/** `*.example.com` stands for `etcd.example.com` too, which may be what is excluded (Go 1.26). */
const coversByStar = (name: string, limit: string): boolean => {
  const [own, other] = [name.indexOf('.'), limit.indexOf('.')]
  if (!name.startsWith('*') || own < 0 || other < 0) return false
  return name.slice(own).toLowerCase() === limit.slice(other).toLowerCase()
}

const mailWithin = (mailbox: { readonly local: string; readonly domain: string }, limit: string): boolean => {
  if (!limit.includes('@')) return isWithin(mailbox.domain, limit)
  const exact = mailboxOf(limit)
  return exact?.local === mailbox.local && exact.domain === mailbox.domain
}

const showLimits = (limits: Subtrees, kind: keyof Subtrees): string =>
  (kind === 'ips' ? limits.ips.map(showRange) : limits[kind].map((limit) => limit || 'every name')).join(', ')

/** "192.168.0.0/16" */
const showRange = ({ address, mask }: IpRange): string => {
  const bits = [...mask].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
  return `${ipText(address)}/${bits}`
}
