import type { HostObserved } from '../../cluster/observed.js'
import { readCertificate } from '../../pki/certificate.js'
import { isTrustedBy } from '../../pki/trust.js'

/**
 * Is the pair on the host of a member one that nobody takes? Every new connection to it and from it is refused then, as etcd reads both
 * files at each handshake (client/pkg/transport/listener.go): the member is down, or goes down with the connections it still has, and
 * another pair takes nothing from anybody. Times are judged by the clock of each host that would have to take it, and what cannot
 * be told is not cut off.
 */
export const isCutOff = (host: HostObserved, hosts: readonly HostObserved[], now: Date): boolean => {
  const { certificate, key, wire, pairRefused } = host
  if (certificate === undefined || key === undefined) return true
  if (wire?.kind === 'broken' || pairRefused !== undefined) return true
  const leaf = readCertificate(certificate.text)
  if (leaf === undefined) return true
  const clocks = [now, ...hosts.map((other) => clockOf(other, now))]
  if (clocks.every((clock) => leaf.notAfter <= clock)) return true
  if (clocks.every((clock) => leaf.notBefore > clock)) return true
  // What a process has read of a CA file that was changed since is not known.
  const known = hosts.every(({ ca, process }) => ca !== undefined && process?.caChangedSince !== true)
  return known && !hosts.some(({ ca }) => isTrustedBy(certificate.text, ca?.text ?? ''))
}

const clockOf = ({ clockSkewMs }: HostObserved, now: Date): Date => new Date(now.getTime() + clockSkewMs)
