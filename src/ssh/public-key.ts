import { createHash } from 'node:crypto'
import type { ServerHostKeyAlgorithm } from 'ssh2'

/** A public key as people compare it. */
export interface KeyName {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, ... */
  readonly type: string
  /** `SHA256:...` */
  readonly fingerprint: string
}

/** SHA-1 signatures (`ssh-rsa`) and DSA are left out, as OpenSSH does since 8.8. */
const ALGORITHMS_OF_TYPE: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
}

/** The type named inside a public key in SSH's wire form; empty where the bytes are no key. */
export const keyTypeOf = (blob: Buffer): string => {
  if (blob.length < 4) return ''
  const length = blob.readUInt32BE(0)
  return length > 0 && length < 64 && blob.length > 4 + length ? blob.toString('latin1', 4, 4 + length) : ''
}

/** Bytes of the fields behind the type, where they are fixed (RFC 8709, RFC 5656, RFC 4253). */
const FIELD_BYTES: Readonly<Record<string, readonly (number | undefined)[]>> = {
  'ssh-rsa': [undefined, undefined],
  'ssh-ed25519': [32],
  'ecdsa-sha2-nistp256': [8, 65],
  'ecdsa-sha2-nistp384': [8, 97],
  'ecdsa-sha2-nistp521': [8, 133],
}

/** Does a public key in SSH's wire form have all its fields, to the last byte? One that was cut off has not. */
export const isWhole = (blob: Buffer): boolean => {
  const lengths: number[] = []
  let at = 0
  while (at + 4 <= blob.length) {
    const length = blob.readUInt32BE(at)
    lengths.push(length)
    at += 4 + length
  }
  const [, ...fields] = lengths
  const expected = FIELD_BYTES[keyTypeOf(blob)]
  return (
    at === blob.length &&
    fields.length > 0 &&
    (!expected ||
      (fields.length === expected.length &&
        fields.every((field, index) => field === (expected[index] ?? field))))
  )
}

/** As `ssh-keygen -l` prints it: `SHA256:` and base64 without padding. */
export const fingerprintOf = (blob: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`

/** Type and fingerprint of a public key in SSH's wire form. */
export const nameOfKey = (blob: Buffer): KeyName => ({
  type: keyTypeOf(blob),
  fingerprint: fingerprintOf(blob),
})

/**
 * Host key algorithms to offer, those of `knownTypes` first. Without that order a server that has several keys shows
 * one that known_hosts may not list, and is refused although it is known (OpenSSH sshconnect2.c order_hostkeyalgs).
 */
export const hostKeyAlgorithms = (knownTypes: readonly string[]): ServerHostKeyAlgorithm[] => {
  const types = Object.keys(ALGORITHMS_OF_TYPE)
  const ordered = [...types.filter((type) => knownTypes.includes(type)), ...types]
  return [...new Set(ordered.flatMap((type) => ALGORITHMS_OF_TYPE[type] ?? []))]
}
