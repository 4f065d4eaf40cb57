import { type KeyObject, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { CertificateKey } from '../cluster/desired.js'

/** A new key pair; the private half is behind a function, so that printing the object never shows it. */
export interface GeneratedKey {
  readonly publicKey: KeyObject
  /** PKCS#8, not encrypted. Secret. */
  readonly privateKeyPem: () => string
}

const generate = promisify(generateKeyPair)

/** Makes a key off the main thread (an RSA key takes 0.1 to 1 s of one core). */
export const generateKey = async (kind: CertificateKey): Promise<GeneratedKey> => {
  const { publicKey, privateKey } = await pairOf(kind)
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { publicKey, privateKeyPem: () => pem }
}

const pairOf = (kind: CertificateKey): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> => {
  switch (kind) {
    case 'rsa-2048':
      return generate('rsa', { modulusLength: 2048 })
    case 'rsa-3072':
      return generate('rsa', { modulusLength: 3072 })
    case 'rsa-4096':
      return generate('rsa', { modulusLength: 4096 })
    case 'ecdsa-p256':
      return generate('ec', { namedCurve: 'P-256' })
    case 'ecdsa-p384':
      return generate('ec', { namedCurve: 'P-384' })
  }
}
