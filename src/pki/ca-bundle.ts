import { isPrivateKeyLabel } from './ca-key.js'
import { type CertificateFacts, isCertificateLabel, parseCertificate } from './certificate.js'
import { readAsGo } from './go-x509/certificate.js'
import type { GoProblemKind } from './go-x509/problem.js'
import { judgeProspect } from './go-x509/prospect.js'
import { formatName } from './name.js'
import { ANY_EXTENDED_USAGE, EXTENDED_USAGE } from './oid.js'
import { type PemBlock, readPem } from './pem.js'
import { type PkiProblem, caCertProblem, formatTime } from './problem.js'

const WARN_BEFORE_MS = 30 * 86_400_000

/** Unreadable certificates are told where the bundle is read. */
const TOLD_OTHERWISE: readonly GoProblemKind[] = ['form', 'time', 'authority', 'usage']

export interface CaBundleRead {
  /** In the order of the text; empty where it could not be read. */
  readonly certificates: readonly CertificateFacts[]
  readonly problems: readonly PkiProblem[]
}

export interface CaBundleCheck {
  /** The bundle as it goes to the hosts: its certificates in their order and nothing else; empty where there are problems. */
  readonly caPem: string
  readonly problems: readonly PkiProblem[]
  /** Not reasons to stop. */
  readonly warnings: readonly string[]
}

/** For runs without `ca-key`: the CA certificates alone. At least one of them must be usable today. */
export const checkCaBundle = (certPem: string, now: Date): CaBundleCheck => {
  const { certificates, problems } = readCaBundle(certPem)
  const judged = certificates.map((certificate) => problemsOfCa(certificate, now))
  const someUsable = judged.some((found) => found.length === 0)
  const found = someUsable ? problems : [...problems, ...judged.flat().map(caCertProblem)]
  return {
    caPem: found.length > 0 ? '' : writeBundle(certificates),
    problems: found,
    warnings: someUsable ? certificates.flatMap((certificate) => warningsOfOther(certificate, now)) : [],
  }
}

/** All certificates of `ca-cert`. */
export const readCaBundle = (text: string): CaBundleRead => {
  if (text.trim() === '') return refused('is empty; the secret it comes from is probably not set')
  const blocks = readPem(text)
  const candidates = blocks.filter(({ label }) => isCertificateLabel(label))
  const hasKey = blocks.some(({ label }) => isPrivateKeyLabel(label))
  if (candidates.length === 0) return refused(hasKey ? SWAPPED : withoutCertificate(blocks))
  // It is written to every host and may be printed.
  if (hasKey) return refused('also holds a private key; ca-cert is public, so keep the key in ca-key alone')
  const damaged = candidates.flatMap(({ damage }, index) =>
    damage === undefined ? [] : [`is damaged: certificate ${index + 1} ${damage}`],
  )
  if (damaged.length > 0) return { certificates: [], problems: damaged.map(caCertProblem) }
  const parsed = candidates.map(({ der }) => parseCertificate(der))
  const unreadable = parsed.flatMap((certificate, index) =>
    certificate === undefined ? [`is damaged: certificate ${index + 1} cannot be read; copy it again`] : [],
  )
  const certificates = parsed.filter((certificate) => certificate !== undefined)
  return {
    certificates: unreadable.length > 0 ? [] : certificates,
    problems: [...unreadable, ...certificates.flatMap(unreadableForEtcd)].map(caCertProblem),
  }
}

/** etcd refuses the whole file for one certificate that Go does not read (client/pkg/tlsutil NewCertPool). */
const unreadableForEtcd = (certificate: CertificateFacts): readonly string[] => {
  const { refusal } = readAsGo(certificate.x509.raw)
  if (refusal === undefined) return []
  return [
    `cannot be read by etcd: ${formatName(certificate.subject)} ${refusal}; etcd would not start with it, ` +
      'so make this CA certificate anew, or leave it out if it is not the one that signs',
  ]
}

export const writeBundle = (certificates: readonly CertificateFacts[]): string =>
  certificates.map(({ pem }) => pem).join('')

/** Why a certificate cannot be the CA of an etcd cluster, one clause each; the same rules as Go's x509 verifier. */
export const problemsOfCa = (certificate: CertificateFacts, now: Date): readonly string[] => {
  const { isCa, maySignCertificates, notBefore, notAfter } = certificate
  const problems: string[] = []
  if (notAfter < now) {
    problems.push(`expired at ${formatTime(notAfter)}; give a CA certificate that is valid today`)
  }
  if (notBefore > now) {
    problems.push(
      `is not valid before ${formatTime(notBefore)}; check the runner's clock, which says ${formatTime(now)}`,
    )
  }
  if (isCa !== true) {
    problems.push(
      `is not the certificate of a CA (${formatName(certificate.subject)} ` +
        `${isCa === undefined ? 'has no basicConstraints' : 'says CA:FALSE'}); give the certificate that signs others`,
    )
  }
  if (maySignCertificates === false) {
    problems.push('may not sign certificates: its keyUsage lacks keyCertSign')
  }
  const missing = missingUsages(certificate)
  if (isCa === true && missing.length > 0) {
    problems.push(
      `may not sign etcd certificates: its extended key usage leaves out ${missing.join(' and ')}`,
    )
  }
  return [...problems, ...refusalsOfAll(certificate, now)]
}

/** Why Go would refuse whatever this CA signs, apart from what is said in better words above. */
const refusalsOfAll = ({ x509 }: CertificateFacts, now: Date): readonly string[] =>
  judgeProspect({ bundle: [x509.raw], issuer: x509.raw, sans: { dns: [], ips: [] }, at: now })
    .filter(({ kind }) => !TOLD_OTHERWISE.includes(kind))
    .map(({ rule }) => `cannot sign for etcd: a certificate from it ${rule}`)

/** What is worth knowing of the CA that signs. */
export const warningsOfCa = ({ notAfter }: CertificateFacts, now: Date): readonly string[] => {
  const left = notAfter.getTime() - now.getTime()
  if (left < 0 || left >= WARN_BEFORE_MS) return []
  const days = Math.floor(left / 86_400_000)
  return [
    `the CA certificate ends in ${days} days, at ${formatTime(notAfter)}, and all it signs ends with it`,
  ]
}

/** What is worth knowing of the other certificates in a bundle. */
export const warningsOfOther = (certificate: CertificateFacts, now: Date): readonly string[] => {
  const name = formatName(certificate.subject)
  return [
    ...problemsOfCa(certificate, now).map((problem) => `in ca-cert, ${name} ${problem}`),
    ...warningsOfCa(certificate, now),
  ]
}

/** Extended key usages of etcd's certificates that this CA certificate does not pass on; Go checks the whole chain. */
const missingUsages = ({ extendedUsages }: CertificateFacts): readonly string[] => {
  if (extendedUsages === undefined || extendedUsages.includes(ANY_EXTENDED_USAGE)) return []
  return Object.entries(EXTENDED_USAGE).flatMap(([name, oid]) => (extendedUsages.includes(oid) ? [] : [name]))
}

const SWAPPED = 'holds a private key, not a certificate; were ca-cert and ca-key swapped?'

const withoutCertificate = (blocks: readonly PemBlock[]): string => {
  const [first] = blocks
  if (first === undefined) {
    return 'is not PEM; expected text that begins with "-----BEGIN CERTIFICATE-----" (or base64 of that text)'
  }
  return first.label.endsWith('CERTIFICATE REQUEST')
    ? 'holds a certificate request; expected the certificate that was made from it'
    : `holds "${first.label}" but no certificate`
}

const refused = (rule: string): CaBundleRead => ({ certificates: [], problems: [caCertProblem(rule)] })
