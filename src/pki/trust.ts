import { type CertificateFacts, isCertificateLabel, parseCertificate } from './certificate.js'
import { formatName } from './name.js'
import { readPem } from './pem.js'

/**
 * Does who trusts the CA certificates of `caPem` trust a leaf, with the intermediates that follow it in `leafPem`? Asks for the
 * signature alone, not for times. False where there is nothing that can be read.
 */
export const isTrustedBy = (leafPem: string, caPem: string): boolean => {
  const cas = certificatesIn(caPem)
  let current = certificatesIn(leafPem)[0]
  const intermediates = certificatesIn(leafPem).slice(1)
  for (let left = intermediates.length; current !== undefined && left >= 0; left--) {
    const certificate = current
    if (cas.some((ca) => issued(ca, certificate))) return true
    current = intermediates.find((ca) => ca !== certificate && issued(ca, certificate))
  }
  return false
}

/** Is the first certificate of `pem` one of those in `bundlePem`? */
export const bundleHolds = (bundlePem: string, pem: string): boolean => {
  const [certificate] = certificatesIn(pem)
  return (
    certificate !== undefined &&
    certificatesIn(bundlePem).some(({ x509 }) => x509.fingerprint256 === certificate.x509.fingerprint256)
  )
}

/** Subjects of the certificates of `before` that are not in `after`. */
export const droppedFrom = (before: string, after: string): readonly string[] => {
  const kept = certificatesIn(after).map(({ x509 }) => x509.fingerprint256)
  return certificatesIn(before)
    .filter(({ x509 }) => !kept.includes(x509.fingerprint256))
    .map(({ subject }) => formatName(subject))
}

const issued = (ca: CertificateFacts, { x509 }: CertificateFacts): boolean =>
  x509.checkIssued(ca.x509) && x509.verify(ca.x509.publicKey)

const certificatesIn = (pem: string): readonly CertificateFacts[] =>
  readPem(pem)
    .filter(({ label }) => isCertificateLabel(label))
    .flatMap(({ der }) => parseCertificate(der) ?? [])
