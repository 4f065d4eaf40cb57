import { type KeyObject, randomBytes } from 'node:crypto'
import { Failure } from '../failure.js'
import type { Authority } from './authority.js'
import { keyIdentifierOf } from './certificate.js'
import {
  type Der,
  bits,
  boolean,
  decode,
  encode,
  explicit,
  implicit,
  integer,
  octets,
  oid,
  sequence,
  time,
} from './der.js'
import { type DistinguishedName, encodeName } from './name.js'
import { EXTENDED_USAGE, EXTENSION, type ExtendedUsage } from './oid.js'
import { writePem } from './pem.js'
import { formatTime } from './problem.js'
import { type SubjectAltNames, encodeSans } from './san.js'

/** What a certificate is to say. */
export interface CertificateTemplate {
  readonly subject: DistinguishedName
  readonly sans: SubjectAltNames
  /** Whole seconds count; must lie within the CA's own validity. */
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: KeyObject
  /** Both by default: etcd's peers and its gateway are server and client at once (etcd issue 9785). */
  readonly usages?: readonly ExtendedUsage[]
}

/**
 * Signs an X.509 v3 end-entity certificate (RFC 5280) and gives its PEM. The to-be-signed part is made with
 * node-forge, the signature with node:crypto, because node-forge cannot sign with EC keys.
 * Throws Failure where the template cannot be signed: bad names, or a validity that goes past the CA's own.
 */
export const issueCertificate = (authority: Authority, template: CertificateTemplate): string => {
  checkValidity(authority, template)
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(randomSerial()),
    authority.signatureAlgorithm(),
    // Go matches issuer and subject octet by octet, so the CA's own encoding is kept.
    decode(authority.issuer.subjectDer),
    sequence(time(template.notBefore), time(template.notAfter)),
    encodeName(template.subject),
    decode(template.publicKey.export({ type: 'spki', format: 'der' })),
    explicit(3, sequence(...extensionsOf(authority, template))),
  )
  const signature = authority.sign(encode(toBeSigned))
  return writePem(
    'CERTIFICATE',
    encode(sequence(toBeSigned, authority.signatureAlgorithm(), bits(signature))),
  )
}

const extensionsOf = (
  authority: Authority,
  { subject, sans, publicKey, usages = ['serverAuth', 'clientAuth'] }: CertificateTemplate,
): readonly Der[] => {
  const named = sans.dns.length + sans.ips.length > 0
  return [
    extension(EXTENSION.basicConstraints, true, sequence()),
    extension(EXTENSION.keyUsage, true, keyUsageFor(publicKey)),
    extension(
      EXTENSION.extendedKeyUsage,
      false,
      sequence(...usages.map((usage) => oid(EXTENDED_USAGE[usage]))),
    ),
    extension(EXTENSION.subjectKeyIdentifier, false, octets(keyIdentifierOf(publicKey))),
    extension(EXTENSION.authorityKeyIdentifier, false, sequence(implicit(0, authority.issuer.keyIdentifier))),
    ...(named ? [extension(EXTENSION.subjectAltName, subject.length === 0, encodeSans(sans))] : []),
  ]
}

/** DER leaves out values that equal their default, so `critical` is written only where it is true. */
const extension = (id: string, critical: boolean, value: Der): Der =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(encode(value)))

/** digitalSignature is bit 0; keyEncipherment, bit 2, makes sense for RSA only. */
const keyUsageFor = (publicKey: KeyObject): Der =>
  publicKey.asymmetricKeyType === 'rsa'
    ? bits(Buffer.from([0b1010_0000]), 5)
    : bits(Buffer.from([0b1000_0000]), 7)

/** 16 octets whose first two bits are 0 and 1: always positive, never shorter, 126 bits of chance. */
const randomSerial = (): Buffer => {
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0b0011_1111) | 0b0100_0000
  return serial
}

const checkValidity = ({ issuer }: Authority, { notBefore, notAfter }: CertificateTemplate): void => {
  if (notAfter > issuer.notAfter) {
    throw outOfRange(
      `it would end at ${formatTime(notAfter)}, after the CA itself (${formatTime(issuer.notAfter)})`,
    )
  }
  if (notBefore < issuer.notBefore) {
    throw outOfRange(
      `it would begin at ${formatTime(notBefore)}, before the CA itself (${formatTime(issuer.notBefore)})`,
    )
  }
  if (notBefore >= notAfter) {
    throw outOfRange(`it would end at ${formatTime(notAfter)}, before it begins (${formatTime(notBefore)})`)
  }
}

const outOfRange = (why: string): Failure => new Failure({ what: 'cannot issue a certificate', why })
