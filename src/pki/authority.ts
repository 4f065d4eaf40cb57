import { type KeyObject, sign } from 'node:crypto'
import { problemsOfCa, readCaBundle, warningsOfCa, warningsOfOther, writeBundle } from './ca-bundle.js'
import { readCaKey } from './ca-key.js'
import { type CertificateFacts, kindOf } from './certificate.js'
import { type Der, nothing, oid, sequence } from './der.js'
import { readAsGo } from './go-x509/certificate.js'
import { sizeProblems } from './go-x509/tls-key.js'
import { formatName } from './name.js'
import { SIGNATURE } from './oid.js'
import { type PkiProblem, caCertProblem, caKeyProblem } from './problem.js'

/**
 * A CA that can sign. Its key is reachable through `sign` alone, so that printing, copying or serialising the object
 * never shows it.
 */
export interface Authority {
  /** The whole bundle as it goes to the hosts; public. */
  readonly caPem: string
  /** The certificate in it that the key belongs to. */
  readonly issuer: CertificateFacts
  /** PEM of the issuer and the CAs above it, without the root, as servers present them; empty where the issuer is the root. */
  readonly intermediatesPem: string
  /** AlgorithmIdentifier of `sign`. */
  readonly signatureAlgorithm: () => Der
  readonly sign: (bytes: Uint8Array) => Buffer
}

export interface AuthorityCheck {
  /** undefined exactly where there are problems. */
  readonly authority?: Authority
  readonly problems: readonly PkiProblem[]
  /** Not reasons to stop. */
  readonly warnings: readonly string[]
}

/**
 * Makes an authority of the texts of `ca-cert` (one certificate or a bundle) and `ca-key`. Reports everything that is
 * wrong at once and never throws; no message holds any of the texts. Of a bundle, the first certificate that the key
 * belongs to is the issuer; the bundle keeps its order.
 */
export const checkAuthority = (certPem: string, keyPem: string, now: Date): AuthorityCheck => {
  const bundle = readCaBundle(certPem)
  const { key, problems: keyProblems, warnings } = readCaKey(keyPem)
  const matching = key && bundle.certificates.find(({ x509 }) => x509.checkPrivateKey(key))
  const issuer = matching ?? bundle.certificates[0]
  const problems = [...bundle.problems, ...keyProblems]
  if (issuer !== undefined) {
    problems.push(...problemsOfCa(issuer, now).map(caCertProblem))
    if (!issuer.x509.raw.includes(issuer.subjectDer)) {
      problems.push(caCertProblem('is not encoded in DER as X.509 asks for; make the CA certificate anew'))
    }
    if (key !== undefined && matching === undefined) {
      problems.push(caKeyProblem(notTheKeyOf(issuer, bundle.certificates.length)))
    }
    problems.push(...problemsOfSent(issuer, bundle.certificates))
  }
  if (problems.length > 0 || key === undefined || issuer === undefined) return { problems, warnings }
  const others = bundle.certificates.filter((certificate) => certificate !== issuer)
  return {
    authority: authorityOf(key, issuer, bundle.certificates),
    problems,
    warnings: [
      ...warnings,
      ...warningsOfCa(issuer, now),
      ...others.flatMap((certificate) => warningsOfOther(certificate, now)),
      ...warningsOfChain(issuer, bundle.certificates),
    ],
  }
}

const authorityOf = (
  key: KeyObject,
  issuer: CertificateFacts,
  bundle: readonly CertificateFacts[],
): Authority => {
  const { digest, algorithm } = signatureOf(key)
  return Object.freeze({
    caPem: writeBundle(bundle),
    issuer,
    intermediatesPem: writeBundle(sentBehind(issuer, bundle)),
    signatureAlgorithm: algorithm,
    sign: (bytes: Uint8Array): Buffer => sign(digest, bytes, key),
  })
}

/** RFC 4055 asks for NULL parameters with RSA, RFC 5758 and 8410 for none. */
const signatureOf = (key: KeyObject): { digest: string | null; algorithm: () => Der } => {
  switch (kindOf(key)) {
    case 'ecdsa-p256':
      return { digest: 'sha256', algorithm: () => sequence(oid(SIGNATURE.ecdsaWithSha256)) }
    case 'ecdsa-p384':
      return { digest: 'sha384', algorithm: () => sequence(oid(SIGNATURE.ecdsaWithSha384)) }
    case 'ecdsa-p521':
      return { digest: 'sha512', algorithm: () => sequence(oid(SIGNATURE.ecdsaWithSha512)) }
    case 'ed25519':
      return { digest: null, algorithm: () => sequence(oid(SIGNATURE.ed25519)) }
    default:
      return { digest: 'sha256', algorithm: () => sequence(oid(SIGNATURE.sha256WithRsa), nothing()) }
  }
}

/** The CAs that members send behind their certificates; what Go has against the keys of those above the issuer. */
const problemsOfSent = (
  issuer: CertificateFacts,
  bundle: readonly CertificateFacts[],
): readonly PkiProblem[] =>
  sizeProblems(sentBehind(issuer, bundle).flatMap(({ x509 }) => readAsGo(x509.raw).certificate ?? [])).map(
    ({ rule }) => caCertProblem(`cannot be sent with the members' certificates: a CA below the root ${rule}`),
  )

const sentBehind = (
  issuer: CertificateFacts,
  bundle: readonly CertificateFacts[],
): readonly CertificateFacts[] => chainFrom(issuer, bundle).filter(({ selfSigned }) => !selfSigned)

/** A certificate and those above it, as far as the bundle goes. */
const chainFrom = (start: CertificateFacts, bundle: readonly CertificateFacts[]): CertificateFacts[] => {
  const chain = [start]
  for (let top = start; !top.selfSigned;) {
    const above = bundle.find((ca) => !chain.includes(ca) && top.x509.checkIssued(ca.x509))
    if (above === undefined) break
    chain.push(above)
    top = above
  }
  return chain
}

const warningsOfChain = (
  issuer: CertificateFacts,
  bundle: readonly CertificateFacts[],
): readonly string[] => {
  const top = chainFrom(issuer, bundle).at(-1)
  if (top === undefined || top.selfSigned) return []
  return [
    `ca-cert ends at ${formatName(top.subject)}, which ${formatName(top.issuer)} signed: etcd trusts it as it is, ` +
      'but clients built on OpenSSL want the root CA too; append it to ca-cert',
  ]
}

const notTheKeyOf = (issuer: CertificateFacts, count: number): string =>
  count === 1
    ? `does not belong to the certificate in ca-cert (${formatName(issuer.subject)}); give the key that it was made with`
    : `does not belong to any of the ${count} certificates in ca-cert; give the key of the one that is to sign`
