import { constants, verify } from 'node:crypto'
import { TAG, Unreadable, context, openDer } from './der.js'
import type { GoKey } from './public-key.js'
import { readInteger, readOid } from './values.js'

/** How a certificate was signed, in Go's eyes. */
export type SignatureAlgorithm =
  | {
      readonly kind: 'sound'
      readonly key: GoKey['kind']
      /** undefined for Ed25519. */
      readonly hash: string | undefined
      readonly pss: boolean
    }
  | { readonly kind: 'insecure'; readonly name: string }
  | { readonly kind: 'unknown' }

const sound = (key: GoKey['kind'], hash: string | undefined): SignatureAlgorithm => ({
  kind: 'sound',
  key,
  hash,
  pss: false,
})
const insecure = (name: string): SignatureAlgorithm => ({ kind: 'insecure', name })

/** Go's signatureAlgorithmDetails (x509.go). SHA-1 is refused since Go 1.18, MD5 ever since. */
const ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  '1.2.840.113549.1.1.4': insecure('MD5'),
  '1.2.840.113549.1.1.5': insecure('SHA-1'),
  '1.3.14.3.2.29': insecure('SHA-1'),
  '1.2.840.10045.4.1': insecure('SHA-1'),
  '1.2.840.113549.1.1.11': sound('rsa', 'sha256'),
  '1.2.840.113549.1.1.12': sound('rsa', 'sha384'),
  '1.2.840.113549.1.1.13': sound('rsa', 'sha512'),
  '1.2.840.10045.4.3.2': sound('ecdsa', 'sha256'),
  '1.2.840.10045.4.3.3': sound('ecdsa', 'sha384'),
  '1.2.840.10045.4.3.4': sound('ecdsa', 'sha512'),
  '1.3.101.112': sound('ed25519', undefined),
}

const UNKNOWN: SignatureAlgorithm = { kind: 'unknown' }
const ED25519 = '1.3.101.112'
const PSS = '1.2.840.113549.1.1.10'
const MGF1 = '1.2.840.113549.1.1.8'
const WHAT = 'signature algorithm'

/** Hashes that Go takes with PSS, each with the one length of salt that goes with it. */
const PSS_HASHES: Readonly<Record<string, { readonly hash: string; readonly salt: bigint }>> = {
  '2.16.840.1.101.3.4.2.1': { hash: 'sha256', salt: 32n },
  '2.16.840.1.101.3.4.2.2': { hash: 'sha384', salt: 48n },
  '2.16.840.1.101.3.4.2.3': { hash: 'sha512', salt: 64n },
}

/** From the content of an AlgorithmIdentifier; throws Unreadable where that is malformed. */
export const signatureAlgorithmOf = (content: Buffer): SignatureAlgorithm => {
  const reader = openDer(content)
  const id = readOid(reader, WHAT)
  const parameters = reader.empty() ? undefined : reader.readAny(WHAT).whole
  if (id === PSS) return parameters === undefined ? UNKNOWN : pssOf(parameters)
  if (id === ED25519 && parameters !== undefined) return UNKNOWN
  return ALGORITHMS[id] ?? UNKNOWN
}

const pssOf = (parameters: Buffer): SignatureAlgorithm => {
  try {
    const fields = openDer(openDer(parameters).read(TAG.sequence, WHAT))
    const hash = hashIn(fields.read(context(0, true), WHAT))
    const mask = openDer(openDer(fields.read(context(1, true), WHAT)).read(TAG.sequence, WHAT))
    const mgf1 = readOid(mask, WHAT) === MGF1
    const maskHash = hashIn(mask.readAny(WHAT).whole)
    const salt = readInteger(openDer(fields.read(context(2, true), WHAT)), WHAT)
    const trailer = fields.empty() ? 1n : readInteger(openDer(fields.read(context(3, true), WHAT)), WHAT)
    const known = PSS_HASHES[hash]
    if (known === undefined || !mgf1 || maskHash !== hash || salt !== known.salt || trailer !== 1n) {
      return UNKNOWN
    }
    return { kind: 'sound', key: 'rsa', hash: known.hash, pss: true }
  } catch (error) {
    if (error instanceof Unreadable) return UNKNOWN
    throw error
  }
}

/** OID of an AlgorithmIdentifier without parameters, or with NULL; empty for others. */
const hashIn = (der: Buffer): string => {
  const fields = openDer(openDer(der).read(TAG.sequence, WHAT))
  const id = readOid(fields, WHAT)
  if (fields.empty()) return id
  return fields.readAny(WHAT).whole.equals(Buffer.from([TAG.null, 0])) ? id : ''
}

/** Why nothing that a key signs counts, as a clause that follows "the certificate"; undefined where it may sign. */
export const signerRefusal = ({ kind, key, bits = 0, exponent = 0n }: GoKey): string | undefined => {
  if (key === undefined) return 'is signed with a kind of key that Go does not know'
  if (kind !== 'rsa') return undefined
  if (bits < 1024) {
    return `is signed with an RSA key of ${bits} bits, and Go 1.24 and newer refuse less than 1024`
  }
  return exponent < 2n || exponent % 2n === 0n || exponent >= 2n ** 31n
    ? 'is signed with an RSA key whose exponent Go refuses'
    : undefined
}

/** Why a signature does not count, as a clause that follows "the certificate"; undefined where it is good. */
export const signatureRefusal = (
  algorithm: SignatureAlgorithm,
  signed: Buffer,
  signature: Buffer,
  signer: GoKey,
): string | undefined => {
  if (algorithm.kind === 'insecure') {
    return `is signed with ${algorithm.name}, which Go refuses; sign it anew with SHA-256`
  }
  if (algorithm.kind === 'unknown') return 'is signed with an algorithm that Go does not know'
  const refusal = signerRefusal(signer)
  if (refusal !== undefined || signer.key === undefined) return refusal
  return algorithm.key === signer.kind &&
    isSignature(algorithm.hash, signed, signature, algorithm.pss, signer.key)
    ? undefined
    : 'is not signed by the key of its issuer'
}

const isSignature = (
  hash: string | undefined,
  signed: Buffer,
  signature: Buffer,
  pss: boolean,
  key: NonNullable<GoKey['key']>,
): boolean => {
  const padding = pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {}
  try {
    return verify(hash, signed, { key, ...padding }, signature)
  } catch {
    return false
  }
}
