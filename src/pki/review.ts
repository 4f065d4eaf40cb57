import { count } from '../cluster/count.js'
import {
  type CertificateFacts,
  isCertificateLabel,
  parseCertificate,
  readCertificate,
} from './certificate.js'
import type { GoProblemKind } from './go-x509/problem.js'
import { verifyAsGo } from './go-x509/verify.js'
import type { CertificateRequest } from './member-certificate.js'
import { formatName, sameName } from './name.js'
import { ANY_EXTENDED_USAGE, EXTENDED_USAGE } from './oid.js'
import { readPem } from './pem.js'
import { formatTime } from './problem.js'
import { type SubjectAltNames, sortSans } from './san.js'
import { DAY_MS } from './validity.js'

export interface ReviewOptions {
  /** The certificate as it is on the host. */
  readonly pem: string
  /** The CA certificates any of which may have issued it; give the issuer alone to insist on it. */
  readonly caPem: string
  /** The CA certificates that etcd trusts; `caPem` where it is left out. */
  readonly trustedPem?: string
  readonly wanted: CertificateRequest
  readonly now: Date
  /** Milliseconds; a certificate with less time left is to be renewed. */
  readonly renewBeforeMs: number
}

/**
 * Why the certificate on a host must be replaced, one clause each that follows "the certificate"; empty where it is as
 * wanted. A certificate that ends together with its CA is not reported as near its end: a new one would end there too.
 */
export const reviewCertificate = ({
  pem,
  caPem,
  trustedPem = caPem,
  wanted,
  now,
  renewBeforeMs,
}: ReviewOptions): readonly string[] => {
  const found = readCertificate(pem)
  if (found === undefined) return ['cannot be read']
  const issuer = issuerOf(found, caPem)
  return [
    ...(issuer === undefined ? [`was issued by another CA (${formatName(found.issuer)})`] : []),
    ...reviewTime(found, issuer, now, renewBeforeMs),
    ...(found.isCa === true ? ['is a CA certificate, which no member may hold'] : []),
    ...reviewSans(found.sans, wanted.sans),
    ...reviewUsages(found.extendedUsages),
    ...reviewAsGo(pem, trustedPem, now),
    ...(sameName(found.subject, wanted.subject)
      ? []
      : [`has the subject ${formatName(found.subject)}, wanted ${formatName(wanted.subject)}`]),
    ...(found.key === wanted.key ? [] : [`has a key of type ${found.key}, wanted ${wanted.key}`]),
  ]
}

/** What none of the other rules says, and etcd would refuse it for. */
const reviewAsGo = (pem: string, trustedPem: string, at: Date): readonly string[] =>
  verifyAsGo({ certificatePem: pem, caPem: trustedPem, at, usages: ['serverAuth', 'clientAuth'] })
    .filter(({ kind }) => !TOLD_OTHERWISE.includes(kind))
    .map(({ rule }) => `would be refused by etcd: it ${rule}`)

const TOLD_OTHERWISE: readonly GoProblemKind[] = ['trust', 'time', 'authority', 'usage']

const issuerOf = (certificate: CertificateFacts, caPem: string): CertificateFacts | undefined =>
  readPem(caPem)
    .filter(({ label }) => isCertificateLabel(label))
    .map(({ der }) => parseCertificate(der))
    .find(
      (ca) =>
        ca !== undefined &&
        certificate.x509.checkIssued(ca.x509) &&
        certificate.x509.verify(ca.x509.publicKey),
    )

const reviewTime = (
  { notBefore, notAfter }: CertificateFacts,
  issuer: CertificateFacts | undefined,
  now: Date,
  renewBeforeMs: number,
): readonly string[] => {
  if (notBefore > now) return [`is not valid before ${formatTime(notBefore)}`]
  const left = notAfter.getTime() - now.getTime()
  if (left <= 0) return [`expired at ${formatTime(notAfter)}`]
  const renewable = issuer === undefined || notAfter < issuer.notAfter
  if (left >= renewBeforeMs || !renewable) return []
  const days = Math.floor(left / DAY_MS)
  return [`ends in ${count(days, 'day')}, at ${formatTime(notAfter)}`]
}

const reviewSans = (found: SubjectAltNames, wanted: SubjectAltNames): readonly string[] => {
  // Compared by value, whichever way each side writes its addresses.
  const [have, want] = [namesOf(found), namesOf(wanted)]
  const missing = want.filter((name) => !have.includes(name))
  const surplus = have.filter((name) => !want.includes(name))
  return [
    ...(missing.length > 0 ? [`does not cover ${missing.join(', ')}`] : []),
    ...(surplus.length > 0 ? [`also covers ${surplus.join(', ')}, which is not asked for`] : []),
  ]
}

const namesOf = ({ dns, ips }: SubjectAltNames): readonly string[] => {
  const sorted = sortSans([...dns, ...ips])
  return [...sorted.dns, ...sorted.ips]
}

/** A certificate without the extension may be used for everything. */
const reviewUsages = (found: readonly string[] | undefined): readonly string[] =>
  found === undefined || found.includes(ANY_EXTENDED_USAGE)
    ? []
    : Object.entries(EXTENDED_USAGE).flatMap(([name, oid]) =>
        found.includes(oid) ? [] : [`lacks the extended key usage ${name}`],
      )
