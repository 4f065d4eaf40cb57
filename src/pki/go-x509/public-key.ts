import { type KeyObject, createPublicKey } from 'node:crypto'
import { type DerReader, TAG, Unreadable, malformed, openDer, wrap } from './der.js'
import { alignedRight, readBitString, readInteger, readOid } from './values.js'

/** A public key as Go knows it. `unknown` ones are read, and sign nothing. */
export interface GoKey {
  readonly kind: 'rsa' | 'ecdsa' | 'ed25519' | 'unknown'
  /** Of RSA. */
  readonly bits?: number
  /** Of RSA. */
  readonly exponent?: bigint
  /** Of ECDSA: `P-256`. */
  readonly curve?: string
  /** Octets of the SubjectPublicKeyInfo. */
  readonly spki: Buffer
  /** undefined where the key is unknown to Go. */
  readonly key: KeyObject | undefined
}

const RSA = '1.2.840.113549.1.1.1'
const ECDSA = '1.2.840.10045.2.1'
const ED25519 = '1.3.101.112'
const X25519 = '1.3.101.110'
const DSA = '1.2.840.10040.4.1'

/** Curves that Go has. */
const CURVES: Readonly<Record<string, string>> = {
  '1.3.132.0.33': 'P-224',
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
}

/** Curves that openssl makes and Go lacks. */
const OTHER_CURVES: Readonly<Record<string, string>> = {
  '1.3.132.0.10': 'secp256k1',
  '1.2.840.10045.3.1.1': 'prime192v1',
  '1.3.36.3.3.2.8.1.1.7': 'brainpoolP256r1',
  '1.3.36.3.3.2.8.1.1.11': 'brainpoolP384r1',
  '1.3.36.3.3.2.8.1.1.13': 'brainpoolP512r1',
  '1.2.156.10197.1.301': 'SM2',
}

const WHAT = 'public key'

/** Reads a SubjectPublicKeyInfo with the rules of Go's parsePublicKey; throws Unreadable. */
export const readPublicKey = (reader: DerReader): GoKey => {
  const spki = reader.readWhole(TAG.sequence, WHAT)
  const fields = openDer(openDer(spki).read(TAG.sequence, WHAT))
  const algorithm = openDer(fields.read(TAG.sequence, WHAT))
  const id = readOid(algorithm, WHAT)
  const parameters = algorithm.empty() ? undefined : algorithm.readAny(WHAT).whole
  const data = alignedRight(readBitString(fields, WHAT))
  switch (id) {
    case RSA:
      return readRsa(spki, data, parameters)
    case ECDSA:
      return readEc(spki, data, parameters)
    case ED25519:
    case X25519:
      if (parameters !== undefined || data.length !== 32) throw malformed(WHAT)
      return id === X25519
        ? { kind: 'unknown', spki, key: undefined }
        : { kind: 'ed25519', spki, key: keyFrom(ED25519_ALGORITHM, data) }
    case DSA:
      readDsa(data, parameters)
      return { kind: 'unknown', spki, key: undefined }
    default:
      return { kind: 'unknown', spki, key: undefined }
  }
}

const readRsa = (spki: Buffer, data: Buffer, parameters: Buffer | undefined): GoKey => {
  if (parameters === undefined || !parameters.equals(Buffer.from([TAG.null, 0]))) {
    throw new Unreadable('has an RSA key without the NULL parameters that Go asks for')
  }
  const numbers = openDer(openDer(data).read(TAG.sequence, WHAT))
  const modulus = readInteger(numbers, WHAT)
  const exponent = readInteger(numbers, WHAT)
  if (modulus <= 0n || exponent <= 0n || exponent >= 2n ** 63n) throw malformed(WHAT)
  const key = rsaKey(modulus, exponent)
  return { kind: 'rsa', bits: modulus.toString(2).length, exponent, spki, key }
}

const readEc = (spki: Buffer, data: Buffer, parameters: Buffer | undefined): GoKey => {
  const reader = openDer(parameters ?? NONE)
  if (!reader.at(TAG.oid)) {
    throw new Unreadable(
      'has an EC key that spells out its curve instead of naming it (explicit EC parameters), which Go does not read',
    )
  }
  const id = readOid(reader, WHAT)
  const curve = CURVES[id]
  if (curve === undefined) {
    throw new Unreadable(`has a key on the curve ${OTHER_CURVES[id] ?? id}, which Go does not know`)
  }
  if (data[0] !== 4) throw new Unreadable('has an EC key in compressed form, which Go does not read')
  const algorithm = wrap(TAG.sequence, EC_ALGORITHM, openDer(parameters ?? NONE).readWhole(TAG.oid, WHAT))
  return { kind: 'ecdsa', curve, spki, key: keyFrom(algorithm, data) }
}

const readDsa = (data: Buffer, parameters: Buffer | undefined): void => {
  const numbers = openDer(openDer(parameters ?? NONE).read(TAG.sequence, WHAT))
  const values = [openDer(data), numbers, numbers, numbers].map((reader) => readInteger(reader, WHAT))
  if (values.some((value) => value <= 0n)) throw malformed(WHAT)
}

const NONE = Buffer.alloc(0)
/** id-ecPublicKey. */
const EC_ALGORITHM = Buffer.from('06072a8648ce3d0201', 'hex')
const ED25519_ALGORITHM = Buffer.from('300506032b6570', 'hex')

/** Written anew, as Go passes over what OpenSSL does not. node:crypto finds points that are not on their curve. */
const keyFrom = (algorithm: Buffer, data: Buffer): KeyObject => {
  try {
    const key = wrap(TAG.sequence, algorithm, wrap(TAG.bitString, Buffer.from([0]), data))
    return createPublicKey({ key, format: 'der', type: 'spki' })
  } catch {
    throw malformed(WHAT)
  }
}

/** undefined for numbers with which OpenSSL does not work; Go reads them, and refuses what they sign. */
const rsaKey = (modulus: bigint, exponent: bigint): KeyObject | undefined => {
  try {
    const key = { kty: 'RSA', n: base64Of(modulus), e: base64Of(exponent) }
    return createPublicKey({ key, format: 'jwk' })
  } catch {
    return undefined
  }
}

const base64Of = (value: bigint): string => {
  const digits = value.toString(16)
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString('base64url')
}
