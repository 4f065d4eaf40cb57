import ssh2, { type ParsedKey } from 'ssh2'
import { nameOfKey, type KeyName } from './public-key.js'
import { fromPkcs8 } from './pkcs8.js'

/** A private key ready for use, decrypted, in memory only. */
export interface UsableKey extends KeyName {
  readonly key: ParsedKey
}

export type PrivateKeyCheck =
  | { readonly ok: true; readonly key: UsableKey }
  /** `problem`: one clause on what is wrong; `next`: one clause on what to do. Neither holds any of the key. */
  | { readonly ok: false; readonly kind: PrivateKeyProblem; readonly problem: string; readonly next: string }

export type PrivateKeyProblem =
  'empty' | 'no-key' | 'several' | 'public' | 'needs-passphrase' | 'wrong-passphrase' | 'unsupported'

/**
 * Reads a private key (OpenSSH, PEM, PKCS#8 or PuTTY 2) in its plain form and says what is wrong with it where it cannot be used. What
 * else is in the text, a public key or a certificate, is passed over; two private keys are not.
 */
export const checkPrivateKey = (given: string, passphrase = ''): PrivateKeyCheck => {
  const text = given.trim()
  if (text === '') return refuse('empty', 'it is empty', 'check that the secret it comes from is set')
  const keys = privateKeysIn(text)
  if (keys.length > 1) {
    return refuse(
      'several',
      `it holds ${keys.length} private keys`,
      'keep the one that the hosts know and remove the others',
    )
  }
  const key = keys[0] ?? text
  return whyNoKey(key) ?? opened(key, passphrase)
}

const opened = (key: string, passphrase: string): PrivateKeyCheck => {
  try {
    const parsed = parse(`${key}\n`, passphrase)
    if (parsed instanceof Error) return refusalOf(parsed.message, key, passphrase)
    if (!parsed.isPrivateKey()) return refuse('public', 'it is a public key', 'give the private half')
    return { ok: true, key: { key: parsed, ...nameOfKey(parsed.getPublicSSH()) } }
  } catch (error) {
    return refusalOf(error instanceof Error ? error.message : '', key, passphrase)
  }
}

/** Each from its BEGIN on: a key that was cut off is one too. */
const privateKeysIn = (text: string): readonly string[] =>
  text
    .split(/(?=-----BEGIN )/)
    .filter((part) => /^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/.test(part))
    .map((part) => part.trim())

/** What is known not to be a key that can be used, before it is opened. */
const whyNoKey = (text: string): PrivateKeyCheck | undefined => {
  if (/^\S+-cert-v01@openssh\.com AAAA/.test(text)) {
    return refuse(
      'unsupported',
      'it is an SSH certificate, and SSH certificates are not supported',
      'give the private key, and put its plain public key (the file with ".pub" alone) into authorized_keys on the hosts',
    )
  }
  if (isPublic(text)) {
    return refuse('public', 'it is a public key', 'give the private half, the file without ".pub"')
  }
  const [, version] = /^PuTTY-User-Key-File-(\d+)/.exec(text) ?? []
  if (version === undefined) return undefined
  if (version === '2' && /\nPrivate-MAC: \S+$/.test(text)) return undefined
  return refuse(
    'unsupported',
    version === '2'
      ? 'it is a PuTTY key (.ppk) that lost its line ends or its end'
      : `it is a PuTTY key (.ppk) of version ${version}`,
    'export it in PuTTYgen with "Conversions", "Export OpenSSH key"',
  )
}

const isPublic = (text: string): boolean =>
  /^(ssh-|ecdsa-sha2-|sk-)\S+ AAAA/.test(text) ||
  /-----BEGIN (RSA |EC )?PUBLIC KEY-----|---- ?BEGIN SSH2 PUBLIC KEY/.test(text)

const parse = (text: string, passphrase: string): ParsedKey | Error => {
  const pkcs8 = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text)
  if (!pkcs8) return ssh2.utils.parseKey(text, passphrase === '' ? undefined : passphrase)
  const converted = fromPkcs8(text, passphrase)
  return converted === undefined ? new Error('Unsupported key type') : ssh2.utils.parseKey(converted)
}

const refuse = (kind: PrivateKeyProblem, problem: string, next: string): PrivateKeyCheck => ({
  ok: false,
  kind,
  problem,
  next,
})

/** Sorts by the words of ssh2 and of node:crypto; neither quotes the key, but their text is not passed on anyway. */
const refusalOf = (message: string, text: string, passphrase: string): PrivateKeyCheck => {
  if (/passphrase given|passphrase required|interrupted or cancelled/i.test(message)) {
    return refuse('needs-passphrase', 'it is encrypted and no passphrase is given', 'set ssh-passphrase')
  }
  if (passphrase !== '' && /bad passphrase|bad decrypt|wrong final block/i.test(message)) {
    return refuse('wrong-passphrase', 'the passphrase does not open it', 'check ssh-passphrase')
  }
  if (/^unsupported (?!key format)/i.test(message)) {
    return refuse(
      'unsupported',
      'it is of a kind that is not supported (a hardware token, DSA, or a rare cipher)',
      'use an Ed25519, ECDSA or RSA key in OpenSSH or PEM form',
    )
  }
  return refuse('no-key', shapeOf(text), 'give the whole file, from the BEGIN line to the END line')
}

const shapeOf = (text: string): string => {
  const label = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text)?.[1]
  if (!label) return 'it is no private key: there is no line "-----BEGIN ... PRIVATE KEY-----"'
  if (!label.endsWith('PRIVATE KEY')) return `it is no private key: it begins with "BEGIN ${label}"`
  if (!/-----END [A-Z0-9 ]+-----/.test(text)) return 'its end is missing'
  return 'it is damaged: it begins like a private key and cannot be read'
}
