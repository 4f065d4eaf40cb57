import type { ServerHostKeyAlgorithm } from 'ssh2'
import type { SshTarget } from '../cluster/member.js'
import {
  authorityOf,
  checkHostKey,
  knownHostsLine,
  knownKeyTypes,
  lookupName,
  parseKnownHosts,
  type HostKeyVerdict,
} from './known-hosts.js'
import { fingerprintOf, hostKeyAlgorithms, keyTypeOf, type KeyName } from './public-key.js'
import type { ConnectTrouble } from './trouble.js'

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

type HostKeyTrouble = Extract<ConnectTrouble, { kind: 'host-key' }>

/** Why a host key was refused, and what to do, each one clause. */
export const hostKeyWords = (trouble: HostKeyTrouble, target: SshTarget): { why: string; next: string } => {
  const { verdict, key, line } = trouble
  switch (verdict.kind) {
    case 'mismatch':
      return mismatchWords(verdict.expected, key, target)
    case 'revoked':
      return {
        why: `it showed the ${named(key)}, which ssh-known-hosts marks as @revoked`,
        next: 'do not connect to it before you know who runs this host; give it a new host key',
      }
    case 'known':
    case 'unknown':
      return {
        why:
          verdict.kind === 'unknown' && verdict.authority !== undefined
            ? `ssh-known-hosts has only a certificate authority for it (line ${verdict.authority}), and SSH certificates are not ` +
              `supported; it showed the ${named(key)}`
            : `the host is not in ssh-known-hosts; it showed the ${named(key)}`,
        next:
          `compare that fingerprint with "ssh-keygen -lf /etc/ssh/ssh_host_${fileOf(key.type)}_key.pub" on the ` +
          `host's own console and, if it is the same, add this line to ssh-known-hosts: ${line}`,
      }
  }
}

const mismatchWords = (expected: readonly KeyName[], key: KeyName, target: SshTarget) => {
  const listed = expected.map(named).join(' and the ')
  const name = lookupName(target.host, target.port)
  if (!expected.some(({ type }) => type === key.type)) {
    return {
      why: `it showed the ${named(key)}, while ssh-known-hosts lists only the ${listed} for it`,
      next: `find out why the host no longer shows the listed key before you trust the other one, then update the lines of ${name}`,
    }
  }
  return {
    why:
      `DANGER: its host key has changed: it showed the ${named(key)}, while ssh-known-hosts lists the ${listed}; ` +
      `either the host was reinstalled or someone sits in between and reads along`,
    next:
      `find out which, on the host's own console; only if it was reinstalled replace the lines of ${name} ` +
      'in ssh-known-hosts',
  }
}

const named = ({ type, fingerprint }: KeyName): string => `${type} key ${fingerprint}`

const fileOf = (type: string): string =>
  type === 'ssh-rsa' ? 'rsa' : type.startsWith('ecdsa-') ? 'ecdsa' : 'ed25519'
