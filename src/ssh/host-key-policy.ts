import { fingerprintOf, hostKeyAlgorithms, keyTypeOf } from './host-key.js'
import {
  authorityOf,
  checkHostKey,
  knownHostsLine,
  knownKeyTypes,
  lookupName,
  parseKnownHosts,
  type HostKeyVerdict,
} from './known-hosts.js'
import type { ServerHostKeyAlgorithm } from 'ssh2'

export type HostKeyChecking = 'strict' | 'accept-new'

/** Called for each key that `accept-new` took: the known_hosts line to keep, the fingerprint, and the host. */
export type OnAcceptedKey = (line: string, fingerprint: string, host: string) => void

/** Decides over host keys for one whole run, so that a key taken once is the only one taken for that host. */
export interface HostKeyPolicy {
  algorithms(host: string, port: number): ServerHostKeyAlgorithm[]
  /** `accepted` is set where the key was not known and is taken from now on. */
  check(host: string, port: number, blob: Buffer): { verdict: HostKeyVerdict; accepted?: () => void }
}

export const hostKeyPolicy = (
  knownHosts: string,
  checking: HostKeyChecking,
  onAccepted: OnAcceptedKey = () => {},
): HostKeyPolicy => {
  const { entries, authorities } = parseKnownHosts(knownHosts)
  return {
    algorithms: (host, port) => hostKeyAlgorithms(knownKeyTypes(entries, host, port)),
    check: (host, port, blob) => {
      const verdict = checkHostKey(entries, host, port, blob)
      if (verdict.kind !== 'unknown') return { verdict }
      if (checking !== 'accept-new') {
        const authority = authorityOf(authorities, host, port)
        return { verdict: authority === undefined ? verdict : { ...verdict, authority } }
      }
      // Kept as an exact name, never as a pattern: the host text could hold a `*`.
      const ours = lookupName(host, port)
      const key = Buffer.from(blob)
      entries.push({ revoked: false, matches: (name) => name === ours, type: keyTypeOf(key), blob: key })
      return {
        verdict: { kind: 'known' },
        accepted: () => onAccepted(knownHostsLine(host, port, blob), fingerprintOf(blob), host),
      }
    },
  }
}
