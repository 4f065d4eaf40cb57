import { createHash, createHmac, generateKeyPairSync } from 'node:crypto'
import ssh2, { type ParsedKey } from 'ssh2'

/** A fresh private key in OpenSSH's format. ssh2 makes one in some hundred that it cannot read itself: another one then. */
export const openSshKey = (type: KeyType, passphrase?: string): string => {
  const key = generated(type, passphrase)
  return ssh2.utils.parseKey(key, passphrase) instanceof Error ? openSshKey(type, passphrase) : key
}

type KeyType = 'ed25519' | 'ecdsa' | 'rsa'

const generated = (type: KeyType, passphrase: string | undefined): string => {
  const locked = passphrase === undefined ? {} : { passphrase, cipher: 'aes256-ctr', rounds: 4 }
  switch (type) {
    case 'ed25519':
      return ssh2.utils.generateKeyPairSync('ed25519', locked as never).private
    case 'ecdsa':
      return ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256, ...locked } as never).private
    case 'rsa':
      return ssh2.utils.generateKeyPairSync('rsa', { bits: 2048, ...locked } as never).private
  }
}

export const parsed = (privateKey: string, passphrase?: string): ParsedKey => {
  const key = ssh2.utils.parseKey(privateKey, passphrase)
  if (key instanceof Error) throw key
  return key
}

/** `SHA256:...` worked out independently of the code under test. */
export const fingerprint = (privateKey: string): string =>
  `SHA256:${createHash('sha256').update(parsed(privateKey).getPublicSSH()).digest('base64').replaceAll('=', '')}`

/** A PEM in PKCS#8, which ssh2 itself cannot read. */
export const pkcs8Key = (type: 'rsa' | 'ec' | 'ed25519', passphrase?: string): string => {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519')
  const cipher = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }
  return privateKey.export({ format: 'pem', type: 'pkcs8', ...cipher }).toString()
}

/** The encrypted PKCS#1 PEM that OpenSSL 1 and old ssh-keygen wrote. */
export const oldPem = (passphrase: string): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ format: 'pem', type: 'pkcs1', cipher: 'aes-128-cbc', passphrase })
    .toString()

/** An RSA key in PuTTY's format version 2, whose MAC is an HMAC-SHA1 over all fields. */
export const puttyKey = (): string => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = privateKey.export({ format: 'jwk' })
  const publicBlob = Buffer.concat([field('ssh-rsa'), integer(jwk.e), integer(jwk.n)])
  const privateBlob = Buffer.concat([integer(jwk.d), integer(jwk.p), integer(jwk.q), integer(jwk.qi)])
  const mac = createHmac('sha1', createHash('sha1').update('putty-private-key-file-mac-key').digest())
  for (const part of ['ssh-rsa', 'none', 'test', publicBlob, privateBlob]) mac.update(field(part))
  return [
    'PuTTY-User-Key-File-2: ssh-rsa',
    'Encryption: none',
    'Comment: test',
    ...block('Public', publicBlob),
    ...block('Private', privateBlob),
    `Private-MAC: ${mac.digest('hex')}`,
  ].join('\r\n')
}

const block = (name: string, blob: Buffer): string[] => {
  const lines = blob.toString('base64').match(/.{1,64}/g) ?? []
  return [`${name}-Lines: ${lines.length}`, ...lines]
}

const field = (data: Buffer | string): Buffer => {
  const bytes = Buffer.from(data)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** A number as SSH writes it: a leading zero byte keeps it positive. */
const integer = (base64url: string | undefined): Buffer => {
  const bytes = Buffer.from(base64url ?? '', 'base64url')
  return field((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}
