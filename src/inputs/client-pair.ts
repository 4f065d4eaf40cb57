import { createPrivateKey, type KeyObject } from 'node:crypto'
import { isPrivateKeyLabel } from '../pki/ca-key.js'
import { isCertificateLabel, parseCertificate, type CertificateFacts } from '../pki/certificate.js'
import { verifyAsGo } from '../pki/go-x509/verify.js'
import { ANY_EXTENDED_USAGE, EXTENDED_USAGE } from '../pki/oid.js'
import { readPem, writePem } from '../pki/pem.js'
import { formatTime } from '../pki/problem.js'
import { isTrustedBy } from '../pki/trust.js'

/** A client certificate and its key, as PEM in its plain form whatever form they came in. */
export interface ClientPair {
  /** The certificate, and the intermediate ones behind it if there are any. Public. */
  readonly certificatePem: string
  /** Secret. */
  readonly keyPem: string
}

export interface ClientPairProblem {
  readonly input: 'client-cert' | 'client-key'
  readonly rule: string
}

/**
 * Can the two be used together, today, as a client of etcd? `caPem` is what the members' certificates come from; where the client's comes from
 * it too, the whole chain is judged. No rule holds any of the texts.
 */
export const checkClientPair = (
  certText: string,
  keyText: string,
  now: Date,
  caPem = '',
): { readonly pair?: ClientPair; readonly problems: readonly ClientPairProblem[] } => {
  const certificates = certificatesOf(certText)
  const key = keyOf(keyText)
  const problems: ClientPairProblem[] = []
  const [leaf] = typeof certificates === 'string' ? [] : certificates
  if (typeof certificates === 'string') problems.push({ input: 'client-cert', rule: certificates })
  if (typeof key === 'string') problems.push({ input: 'client-key', rule: key })
  if (leaf !== undefined && typeof certificates !== 'string') {
    const own = flawsOf(leaf, now)
    const flaws = own.length > 0 ? own : refusalsOf(pemOf(certificates), caPem, now)
    problems.push(...flaws.map((rule) => ({ input: 'client-cert' as const, rule })))
    if (typeof key !== 'string' && !leaf.x509.checkPrivateKey(key)) {
      problems.push({ input: 'client-key', rule: 'does not belong to the certificate in client-cert' })
    }
  }
  if (problems.length > 0 || typeof certificates === 'string' || typeof key === 'string') return { problems }
  return {
    pair: {
      certificatePem: pemOf(certificates),
      keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
    problems,
  }
}

const pemOf = (certificates: readonly CertificateFacts[]): string =>
  certificates.map(({ pem }) => pem).join('')

/** Members may trust other CAs for clients than the one they are known by, so a CA that is not in `ca-cert` is nothing to refuse. */
const refusalsOf = (certificatePem: string, caPem: string, at: Date): readonly string[] =>
  verifyAsGo({ certificatePem, caPem, at, usages: ['clientAuth'] })
    .filter(({ kind }) => kind !== 'trust' && (kind !== 'authority' || isTrustedBy(certificatePem, caPem)))
    .map(({ rule }) => `would be refused by etcd: it ${rule}`)

/** The certificates in a text, or what is wrong with it. */
const certificatesOf = (text: string): readonly CertificateFacts[] | string => {
  const blocks = readPem(text)
  const found = blocks.filter(({ label }) => isCertificateLabel(label))
  if (found.length === 0) {
    return blocks.some(({ label }) => isPrivateKeyLabel(label))
      ? 'holds a private key, not a certificate; were client-cert and client-key swapped?'
      : 'is no certificate in PEM: there is no line "-----BEGIN CERTIFICATE-----"'
  }
  const parsed = found.map(({ der, damage }) => (damage === undefined ? parseCertificate(der) : undefined))
  const whole = parsed.filter((certificate) => certificate !== undefined)
  return whole.length === parsed.length ? whole : 'is damaged; copy it again as a whole'
}

const keyOf = (text: string): KeyObject | string => {
  const blocks = readPem(text)
  const block = blocks.find(({ label }) => isPrivateKeyLabel(label))
  if (block === undefined) {
    return blocks.some(({ label }) => isCertificateLabel(label))
      ? 'holds a certificate, not a private key; were client-cert and client-key swapped?'
      : 'is no private key in PEM: there is no line "-----BEGIN PRIVATE KEY-----"'
  }
  if (block.encrypted || block.label === 'ENCRYPTED PRIVATE KEY') {
    return 'is encrypted with a passphrase, which is not supported; store it decrypted as the secret'
  }
  if (block.damage !== undefined) return `is damaged: it ${block.damage}`
  try {
    return createPrivateKey(writePem(block.label, block.der))
  } catch {
    return 'is no private key that can be read; copy it again as a whole'
  }
}

const flawsOf = ({ notBefore, notAfter, extendedUsages }: CertificateFacts, now: Date): readonly string[] => {
  const flaws: string[] = []
  if (notAfter < now) flaws.push(`expired at ${formatTime(notAfter)}`)
  if (notBefore > now) flaws.push(`is not valid before ${formatTime(notBefore)}`)
  if (
    extendedUsages &&
    ![EXTENDED_USAGE.clientAuth, ANY_EXTENDED_USAGE].some((use) => extendedUsages.includes(use))
  ) {
    flaws.push('is no client certificate: its extended key usage lacks clientAuth')
  }
  return flaws
}
