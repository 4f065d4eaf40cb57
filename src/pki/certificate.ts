import { type KeyObject, X509Certificate, createHash } from 'node:crypto'
import { childrenOf, contentOf, decode, encode, isBoolean, isContext, oidOf } from './der.js'
import { type DistinguishedName, decodeName } from './name.js'
import { EXTENSION } from './oid.js'
import { readPem, writePem } from './pem.js'
import { type SubjectAltNames, decodeSans } from './san.js'

/** What a certificate says. */
export interface CertificateFacts {
  /** This certificate alone, as PEM in its canonical form. */
  readonly pem: string
  readonly x509: X509Certificate
  readonly subject: DistinguishedName
  /** The subject's own octets: issuers are matched by them. */
  readonly subjectDer: Buffer
  readonly issuer: DistinguishedName
  /** Lower-case hex. */
  readonly serial: string
  readonly sans: SubjectAltNames
  readonly notBefore: Date
  readonly notAfter: Date
  /** Dotted OIDs; undefined where the extension is missing (then every use is allowed). */
  readonly extendedUsages: readonly string[] | undefined
  /** basicConstraints; undefined where the extension is missing. */
  readonly isCa: boolean | undefined
  /** keyUsage has keyCertSign; undefined where the extension is missing. */
  readonly maySignCertificates: boolean | undefined
  /** `rsa-2048`, `ecdsa-p256`, `ed25519`, ... */
  readonly key: string
  /** From the extension, else computed from the public key. */
  readonly keyIdentifier: Buffer
  /** Signed with its own key. */
  readonly selfSigned: boolean
}

/** Facts of the first certificate in a PEM text; undefined where there is none that can be read. */
export const readCertificate = (pem: string): CertificateFacts | undefined => {
  const block = readPem(pem).find(({ label }) => isCertificateLabel(label))
  return block === undefined ? undefined : parseCertificate(block.der)
}

export const isCertificateLabel = (label: string): boolean =>
  label === 'CERTIFICATE' || label === 'X509 CERTIFICATE'

/** Facts of one certificate; undefined where the bytes are none. Never throws: the bytes may come from anywhere. */
export const parseCertificate = (der: Buffer): CertificateFacts | undefined => {
  const key = der.toString('latin1')
  if (!READ.has(key)) {
    if (READ.size >= MOST_READ) READ.clear()
    READ.set(key, factsOrNone(der))
  }
  return READ.get(key)
}

/** A plan asks for the same few certificates over and over, and reading one takes a millisecond. */
const READ = new Map<string, CertificateFacts | undefined>()
const MOST_READ = 128

const factsOrNone = (der: Buffer): CertificateFacts | undefined => {
  try {
    return factsOf(new X509Certificate(der))
  } catch {
    return undefined
  }
}

/** RFC 5280 4.2.1.2 (1): SHA-1 of the public key's bits. */
export const keyIdentifierOf = (publicKey: KeyObject): Buffer => {
  const [, subjectPublicKey] = childrenOf(decode(publicKey.export({ type: 'spki', format: 'der' })))
  return createHash('sha1').update(contentOf(subjectPublicKey).subarray(1)).digest()
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'ecdsa-p256',
  secp384r1: 'ecdsa-p384',
  secp521r1: 'ecdsa-p521',
}

/** `rsa-2048`, `ecdsa-p256`, `ed25519`; other EC curves by their own name. */
export const kindOf = (key: KeyObject): string => {
  const details = key.asymmetricKeyDetails
  if (key.asymmetricKeyType === 'rsa') return `rsa-${details?.modulusLength ?? 0}`
  if (key.asymmetricKeyType === 'ec') return CURVES[details?.namedCurve ?? ''] ?? details?.namedCurve ?? 'ec'
  return key.asymmetricKeyType ?? 'unknown'
}

const factsOf = (x509: X509Certificate): CertificateFacts => {
  const [tbs] = childrenOf(decode(x509.raw))
  const fields = childrenOf(tbs)
  // A certificate of version 1 has no version field.
  const [, , issuer, , subject] = fields[0] && isContext(fields[0], 0) ? fields.slice(1) : fields
  const extensions = extensionsOf(fields.find((field) => isContext(field, 3)))
  const sans = extensions.get(EXTENSION.subjectAltName)
  const usages = extensions.get(EXTENSION.extendedKeyUsage)
  const constraints = extensions.get(EXTENSION.basicConstraints)
  const keyUsage = extensions.get(EXTENSION.keyUsage)
  const keyIdentifier = extensions.get(EXTENSION.subjectKeyIdentifier)
  return {
    pem: writePem('CERTIFICATE', x509.raw),
    x509,
    subject: decodeName(subject),
    subjectDer: subject === undefined ? Buffer.alloc(0) : encode(subject),
    issuer: decodeName(issuer),
    serial: x509.serialNumber.toLowerCase(),
    sans: sans === undefined ? { dns: [], ips: [] } : decodeSans(decode(sans)),
    notBefore: dateOf(x509.validFrom),
    notAfter: dateOf(x509.validTo),
    extendedUsages: usages === undefined ? undefined : childrenOf(decode(usages)).map(oidOf),
    isCa: constraints === undefined ? undefined : saysCa(constraints),
    maySignCertificates: keyUsage === undefined ? undefined : saysKeyCertSign(keyUsage),
    key: kindOf(x509.publicKey),
    keyIdentifier:
      keyIdentifier === undefined ? keyIdentifierOf(x509.publicKey) : contentOf(decode(keyIdentifier)),
    selfSigned: x509.checkIssued(x509) && x509.verify(x509.publicKey),
  }
}

/** Throws where it is no date: Go reads no such certificate either (crypto/x509 parseTime). */
const dateOf = (text: string): Date => {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new Error('no date')
  return date
}

/** OID -> DER of the extension's value. */
const extensionsOf = (field: Parameters<typeof childrenOf>[0]): ReadonlyMap<string, Buffer> =>
  new Map(
    childrenOf(childrenOf(field)[0]).map((extension) => {
      const parts = childrenOf(extension)
      return [oidOf(parts[0]), contentOf(parts.at(-1))] as const
    }),
  )

const saysCa = (basicConstraints: Buffer): boolean => {
  const [first] = childrenOf(decode(basicConstraints))
  return isBoolean(first) && contentOf(first)[0] !== 0
}

/** keyCertSign is bit 5, counted from the highest bit of the first octet. */
const saysKeyCertSign = (keyUsage: Buffer): boolean =>
  ((contentOf(decode(keyUsage))[1] ?? 0) & 0b0000_0100) !== 0
