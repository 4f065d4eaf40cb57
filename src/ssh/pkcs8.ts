import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto'

/**
 * A private key in PKCS#8 PEM, as OpenSSL 3 and many tools write it, in a form ssh2 reads (it knows no PKCS#8).
 * Throws node:crypto's errors for a wrong or missing passphrase; undefined for key types SSH does not have.
 */
export const fromPkcs8 = (pem: string, passphrase: string): string | undefined => {
  const key = createPrivateKey({ key: pem, format: 'pem', ...(passphrase === '' ? {} : { passphrase }) })
  const type = key.asymmetricKeyType
  if (type === 'rsa') return key.export({ format: 'pem', type: 'pkcs1' }).toString()
  if (type === 'ec') return key.export({ format: 'pem', type: 'sec1' }).toString()
  return type === 'ed25519' ? openSshEd25519(key) : undefined
}

/** OpenSSH's own container (PROTOCOL.key), unencrypted. */
const openSshEd25519 = (key: KeyObject): string => {
  const { d = '', x = '' } = key.export({ format: 'jwk' })
  const publicKey = Buffer.from(x, 'base64url')
  const publicBlob = Buffer.concat([field('ssh-ed25519'), field(publicKey)])
  const check = randomBytes(4)
  const secret = Buffer.concat([
    check,
    check,
    publicBlob,
    field(Buffer.concat([Buffer.from(d, 'base64url'), publicKey])),
    field(''),
  ])
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (secret.length % 8)) % 8))
  const container = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ])
  const lines = container.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

const field = (data: string | Buffer): Buffer => {
  const bytes = Buffer.from(data)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
