import { type DerReader, TAG, Unreadable, context, openDer } from './der.js'
import { type GoExtensions, NO_EXTENSIONS, listExtensions, readExtensions } from './extensions.js'
import { readName } from './name.js'
import { type GoKey, readPublicKey } from './public-key.js'
import { type SignatureAlgorithm, signatureAlgorithmOf } from './signature.js'
import { alignedRight, readBitString, readInteger, readTime } from './values.js'

/** A certificate as Go's crypto/x509 reads it. */
export interface GoCertificate extends GoExtensions {
  readonly raw: Buffer
  /** The part that is signed. */
  readonly signed: Buffer
  readonly signature: Buffer
  readonly signatureAlgorithm: SignatureAlgorithm
  /** 1 to 3. */
  readonly version: number
  /** Octets: Go matches issuer and subject by them. */
  readonly subject: Buffer
  readonly issuer: Buffer
  readonly notBefore: Date
  readonly notAfter: Date
  readonly key: GoKey
}

/** What came of reading one: the certificate, or why Go does not read it, as a clause that follows "the certificate". */
export type GoReading =
  | { readonly certificate: GoCertificate; readonly refusal?: undefined }
  | { readonly certificate?: undefined; readonly refusal: string }

/**
 * Reads a certificate by the rules of Go's crypto/x509 (parser.go), in the strictest form that any supported etcd was built with (Go 1.19
 * to 1.26). etcd refuses a CA file as a whole for one certificate that is not read (client/pkg/tlsutil). Never throws.
 */
export const readAsGo = (der: Buffer): GoReading => {
  try {
    return { certificate: read(der) }
  } catch (error) {
    if (error instanceof Unreadable) return { refusal: error.message }
    throw error
  }
}

const read = (der: Buffer): GoCertificate => {
  const file = openDer(der)
  const raw = file.readWhole(TAG.sequence, 'structure')
  if (!file.empty()) throw new Unreadable('has octets behind its end')
  const outer = openDer(openDer(raw).read(TAG.sequence, 'structure'))
  const signed = outer.readWhole(TAG.sequence, 'structure')
  const fields = openDer(openDer(signed).read(TAG.sequence, 'structure'))
  const version = readVersion(fields)
  if (readInteger(fields, 'serial number') < 0n) {
    throw new Unreadable('has a negative serial number, which Go 1.23 and newer do not read')
  }
  const algorithm = fields.read(TAG.sequence, 'signature algorithm')
  if (!outer.read(TAG.sequence, 'signature algorithm').equals(algorithm)) {
    throw new Unreadable('names two different signature algorithms')
  }
  const issuer = readName(fields, 'issuer')
  const validity = openDer(fields.read(TAG.sequence, 'validity'))
  const notBefore = readTime(validity, 'validity')
  const notAfter = readTime(validity, 'validity')
  const subject = readName(fields, 'subject')
  const key = readPublicKey(fields)
  const extensions = readExtensions(version === 1 ? NO_EXTENSIONS : extensionsIn(fields, version))
  return {
    ...extensions,
    raw,
    signed,
    signature: alignedRight(readBitString(outer, 'signature')),
    signatureAlgorithm: signatureAlgorithmOf(algorithm),
    version,
    subject,
    issuer,
    notBefore,
    notAfter,
    key,
  }
}

const readVersion = (fields: DerReader): number => {
  if (!fields.at(context(0, true))) return 1
  const inner = openDer(fields.read(context(0, true), 'version'))
  const version = Number(readInteger(inner, 'version')) + 1
  if (!inner.empty() || version < 1 || version > 3) throw new Unreadable('has a version other than 1 to 3')
  return version
}

const extensionsIn = (fields: DerReader, version: number): ReturnType<typeof listExtensions> => {
  for (const unique of [context(1), context(2)]) {
    if (fields.at(unique)) fields.read(unique, 'unique identifier')
  }
  return version === 3 && fields.at(context(3, true))
    ? listExtensions(openDer(fields.read(context(3, true), 'list of extensions')))
    : NO_EXTENSIONS
}
