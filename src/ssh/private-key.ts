import ssh2, { type ParsedKey } from 'ssh2'
import { nameOfKey, type KeyName } from './host-key.js'
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
  'empty' | 'no-key' | 'public' | 'needs-passphrase' | 'wrong-passphrase' | 'unsupported'

/** Reads a private key (OpenSSH, PEM, PKCS#8 or PuTTY 2) and says what is wrong with it where it cannot be used. */
export const checkPrivateKey = (text: string, passphrase = ''): PrivateKeyCheck => {
  const normal = normalise(text)
  if (normal.trim() === '')
    return refuse('empty', 'it is empty', 'check that the secret it comes from is set')
  if (/^\S+-cert-v01@openssh\.com AAAA/.test(normal)) {
    return refuse(
      'unsupported',
      'it is an SSH certificate, and SSH certificates are not supported',
      'give the private key, and put its plain public key (the file with ".pub" alone) into authorized_keys on the hosts',
    )
  }
  if (isPublic(normal)) {
    return refuse('public', 'it is a public key', 'give the private half, the file without ".pub"')
  }
  if (normal.startsWith('PuTTY-User-Key-File-3')) {
    return refuse(
      'unsupported',
      'it is a PuTTY key of version 3',
      'export it from PuTTYgen as an OpenSSH key',
    )
  }
  try {
    const parsed = parse(normal, passphrase)
    if (parsed instanceof Error) return refusalOf(parsed.message, normal, passphrase)
    if (!parsed.isPrivateKey()) return refuse('public', 'it is a public key', 'give the private half')
    return { ok: true, key: { key: parsed, ...nameOfKey(parsed.getPublicSSH()) } }
  } catch (error) {
    return refusalOf(error instanceof Error ? error.message : '', normal, passphrase)
  }
}

/** Secrets often come with CRLF line ends, leading blanks, or without the last line end. */
const normalise = (text: string): string =>
  `${text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .trim()}\n`

const isPublic = (text: string): boolean =>
  /^(ssh-|ecdsa-sha2-|sk-)\S+ AAAA/.test(text) ||
  /-----BEGIN (RSA |EC )?PUBLIC KEY-----|---- BEGIN SSH2 PUBLIC KEY/.test(text)

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
  return refuse(
    'no-key',
    shapeOf(text),
    'give the whole file, from the BEGIN line to the END line, line ends kept',
  )
}

const shapeOf = (text: string): string => {
  const label = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text)?.[1]
  if (!label) return 'it is no private key: there is no line "-----BEGIN ... PRIVATE KEY-----"'
  if (!label.endsWith('PRIVATE KEY')) return `it is no private key: it begins with "BEGIN ${label}"`
  if (!text.trim().includes('\n')) return 'its line ends were lost: everything is on one line'
  if (!/-----END [A-Z0-9 ]+-----/.test(text)) return 'its end is missing'
  return 'it is damaged: it begins like a private key and cannot be read'
}
