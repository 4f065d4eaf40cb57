import { isCertificateLabel, parseCertificate, readCertificate } from './certificate.js'
import { readPem } from './pem.js'
import { DAY_MS } from './validity.js'

/** Whole days until the first certificate of a PEM text ends, negative when it has ended; undefined where there is none. */
export const daysLeft = (pem: string, now: Date): number | undefined => {
  const certificate = readCertificate(pem)
  if (certificate === undefined) return undefined
  return Math.floor((certificate.notAfter.getTime() - now.getTime()) / DAY_MS)
}

/** Has the first certificate of a PEM text less than `ms` left, though it was made for longer than that? */
export const endsSoon = (pem: string, now: Date, ms: number): boolean => {
  const { notBefore, notAfter } = readCertificate(pem) ?? {}
  if (notBefore === undefined || notAfter === undefined) return false
  return notAfter.getTime() - now.getTime() < ms && notAfter.getTime() - notBefore.getTime() > ms
}

/**
 * Do two PEM texts hold the same certificates, whatever their order, line ends and comments? A text without a readable
 * certificate equals nothing.
 */
export const sameCaBundle = (a: string, b: string): boolean => {
  const [left, right] = [fingerprintsOf(a), fingerprintsOf(b)]
  if (left === undefined || right === undefined) return false
  return left.size === right.size && [...left].every((fingerprint) => right.has(fingerprint))
}

/** undefined where there is no certificate, or one that cannot be read: a broken file is never "the same". */
const fingerprintsOf = (pem: string): ReadonlySet<string> | undefined => {
  const blocks = readPem(pem).filter(({ label }) => isCertificateLabel(label))
  const fingerprints = blocks.map(({ der }) => parseCertificate(der)?.x509.fingerprint256)
  if (blocks.length === 0 || fingerprints.includes(undefined)) return undefined
  return new Set(fingerprints.filter((fingerprint) => fingerprint !== undefined))
}
