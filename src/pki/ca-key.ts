import { type KeyObject, createPrivateKey } from 'node:crypto'
import { isCertificateLabel, kindOf } from './certificate.js'
import { type PemBlock, readPem } from './pem.js'
import { type PkiProblem, caKeyProblem } from './problem.js'

export interface CaKeyRead {
  /** undefined exactly where there are problems. */
  readonly key: KeyObject | undefined
  readonly problems: readonly PkiProblem[]
  /** Not reasons to stop. */
  readonly warnings: readonly string[]
}

const FORMATS: Readonly<Record<string, 'pkcs1' | 'pkcs8' | 'sec1'>> = {
  'PRIVATE KEY': 'pkcs8',
  'RSA PRIVATE KEY': 'pkcs1',
  'EC PRIVATE KEY': 'sec1',
}

/** Kinds that etcd's Go code accepts as a CA's key and that `sign` in authority.ts knows. */
const EC_KINDS = ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521']

export const isPrivateKeyLabel = (label: string): boolean => label.endsWith('PRIVATE KEY')

/** The key in `ca-key`: PKCS#8, PKCS#1 or SEC1, not encrypted; RSA, ECDSA on a NIST curve, or Ed25519. */
export const readCaKey = (text: string): CaKeyRead => {
  if (text.trim() === '') return refused('is empty; the secret it comes from is probably not set')
  const blocks = readPem(text)
  const keys = blocks.filter(({ label }) => isPrivateKeyLabel(label))
  const [block] = keys
  if (block === undefined) return refused(withoutKey(blocks))
  if (keys.length > 1) return refused(`holds ${keys.length} private keys; keep the CA's key alone`)
  return readBlock(block)
}

const readBlock = (block: PemBlock): CaKeyRead => {
  if (block.encrypted || block.label === 'ENCRYPTED PRIVATE KEY') {
    return refused(
      'is encrypted with a passphrase, which is not supported; decrypt it with ' +
        '"openssl pkey -in ca-key.pem -out ca-key-plain.pem" and store the result as the secret',
    )
  }
  if (block.damage !== undefined) return refused(`is damaged: the ${block.label} block ${block.damage}`)
  if (block.label === 'OPENSSH PRIVATE KEY') {
    return refused('is an SSH key in OpenSSH form; expected the private key of the CA certificate')
  }
  const type = FORMATS[block.label]
  if (type === undefined)
    return refused(`is a "${block.label}"; expected an RSA, ECDSA or Ed25519 key in PEM`)
  try {
    return judged(createPrivateKey({ key: block.der, format: 'der', type }))
  } catch {
    return refused(`is damaged: the ${block.label} block does not hold such a key; copy it again as a whole`)
  }
}

const judged = (key: KeyObject): CaKeyRead => {
  const kind = kindOf(key)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.asymmetricKeyType === 'rsa' && bits < 1024) {
    return refused(`is an RSA key of ${bits} bits, which etcd refuses; use a CA with 2048 bits or more`)
  }
  if (key.asymmetricKeyType !== 'rsa' && !EC_KINDS.includes(kind) && kind !== 'ed25519') {
    return refused(`is a key of type ${kind}; expected RSA, ECDSA (P-256, P-384, P-521) or Ed25519`)
  }
  const weak = key.asymmetricKeyType === 'rsa' && bits < 2048
  return {
    key,
    problems: [],
    warnings: weak ? [`the CA's RSA key has only ${bits} bits; 2048 is the least that counts as safe`] : [],
  }
}

const withoutKey = (blocks: readonly PemBlock[]): string => {
  if (blocks.some(({ label }) => isCertificateLabel(label))) {
    return 'holds a certificate, not a private key; were ca-cert and ca-key swapped?'
  }
  const [first] = blocks
  if (first !== undefined) return `holds "${first.label}" but no private key`
  return 'is not PEM; expected text that begins with "-----BEGIN PRIVATE KEY-----" (or base64 of that text)'
}

const refused = (rule: string): CaKeyRead => ({
  key: undefined,
  problems: [caKeyProblem(rule)],
  warnings: [],
})
