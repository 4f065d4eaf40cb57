import {
  type KeyObject,
  constants,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  sign as signBytes,
} from 'node:crypto'

/** Puts DER together octet by octet, so that tests can make what no library would. */
export const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])
}

const lengthOf = (length: number): Buffer => {
  if (length < 0x80) return Buffer.from([length])
  const octets = Buffer.from(
    length.toString(16).padStart(length > 0xffff ? 6 : length > 0xff ? 4 : 2, '0'),
    'hex',
  )
  return Buffer.concat([Buffer.from([0x80 | octets.length]), octets])
}

export const seq = (...parts: readonly Buffer[]): Buffer => tlv(0x30, ...parts)
export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
export const text = (tag: number, value: string): Buffer => tlv(tag, Buffer.from(value, 'latin1'))
export const octets = (...parts: readonly Buffer[]): Buffer => tlv(0x04, ...parts)
export const bits = (bytes: Buffer, unused = 0): Buffer => tlv(0x03, Buffer.from([unused]), bytes)
export const int = (value: number): Buffer => tlv(0x02, Buffer.from([value]))

export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tlv(0x06, Buffer.concat([first * 40 + second, ...rest].map(base128)))
}

const base128 = (value: number): Buffer => {
  const groups = [value & 0x7f]
  for (let left = value >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80)
  return Buffer.from(groups)
}

export const utc = (value: string): Buffer => text(0x17, value)
export const generalized = (value: string): Buffer => text(0x18, value)
export const cn = (value: string, tag = 0x0c): Buffer => seq(tlv(0x31, seq(oid('2.5.4.3'), text(tag, value))))

export const ext = (id: string, value: Buffer, critical = false): Buffer =>
  seq(oid(id), ...(critical ? [hex('0101ff')] : []), octets(value))

export const EXT = {
  ca: (pathLength?: number): Buffer =>
    ext('2.5.29.19', seq(hex('0101ff'), ...(pathLength === undefined ? [] : [int(pathLength)])), true),
  notCa: ext('2.5.29.19', seq(), true),
  certSign: ext('2.5.29.15', hex('03020106'), true),
  digitalSignature: ext('2.5.29.15', hex('03020780'), true),
  usages: (...ids: readonly string[]): Buffer => ext('2.5.29.37', seq(...ids.map(oid))),
  both: ext('2.5.29.37', seq(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))),
  names: (...names: readonly Buffer[]): Buffer => ext('2.5.29.17', seq(...names)),
  constraints: (permitted: readonly Buffer[], excluded: readonly Buffer[], critical = true): Buffer =>
    ext(
      '2.5.29.30',
      seq(
        ...(permitted.length > 0 ? [tlv(0xa0, ...permitted.map((base) => seq(base)))] : []),
        ...(excluded.length > 0 ? [tlv(0xa1, ...excluded.map((base) => seq(base)))] : []),
      ),
      critical,
    ),
}

export const SERVER = '1.3.6.1.5.5.7.3.1'
export const CLIENT = '1.3.6.1.5.5.7.3.2'

export const NAME = {
  dns: (value: string): Buffer => text(0x82, value),
  email: (value: string): Buffer => text(0x81, value),
  uri: (value: string): Buffer => text(0x86, value),
  /** Address, or address and mask. */
  ip: (...octetsOfIt: readonly number[]): Buffer => tlv(0x87, Buffer.from(octetsOfIt)),
  ipHex: (value: string): Buffer => tlv(0x87, hex(value)),
  directory: (value: string): Buffer => tlv(0xa4, cn(value)),
  registered: tlv(0x88, hex('2a03')),
}

export interface Keys {
  readonly privateKey: KeyObject
  readonly spki: Buffer
}

const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' })
const withSpki = (privateKey: KeyObject): Keys => ({ privateKey, spki: spkiOf(privateKey) })
const cache = new Map<string, Keys>()
const once = (name: string, make: () => Keys): Keys => {
  const keys = cache.get(name) ?? make()
  cache.set(name, keys)
  return keys
}

export const ecKeys = (namedCurve = 'P-256', paramEncoding: 'named' | 'explicit' = 'named'): Keys =>
  once(`${namedCurve} ${paramEncoding}`, () =>
    withSpki(generateKeyPairSync('ec', { namedCurve, paramEncoding }).privateKey),
  )
export const rsaKeys = (modulusLength = 2048): Keys =>
  once(`rsa ${modulusLength}`, () => withSpki(generateKeyPairSync('rsa', { modulusLength }).privateKey))
export const edKeys = (): Keys => once('ed25519', () => withSpki(generateKeyPairSync('ed25519').privateKey))

const NULL = hex('0500')

export interface Signing {
  /** AlgorithmIdentifier. */
  readonly algorithm: Buffer
  readonly sign: (bytes: Buffer, key: KeyObject) => Buffer
}

const withHash = (id: string, hash: string | null, parameters: readonly Buffer[] = []): Signing => ({
  algorithm: seq(oid(id), ...parameters),
  sign: (bytes, key) => signBytes(hash, bytes, key),
})
const pss = (hashId: string, hash: string, saltLength: number): Signing => {
  const algorithm = seq(oid(hashId), NULL)
  const mask = seq(oid('1.2.840.113549.1.1.8'), algorithm)
  return {
    algorithm: seq(
      oid('1.2.840.113549.1.1.10'),
      seq(tlv(0xa0, algorithm), tlv(0xa1, mask), tlv(0xa2, int(saltLength))),
    ),
    sign: (bytes, key) =>
      signBytes(hash, bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }),
  }
}

export const SIGN = {
  ecSha256: withHash('1.2.840.10045.4.3.2', 'sha256'),
  ecSha384: withHash('1.2.840.10045.4.3.3', 'sha384'),
  ecSha1: withHash('1.2.840.10045.4.1', 'sha1'),
  ecSha224: withHash('1.2.840.10045.4.3.1', 'sha224'),
  rsaSha256: withHash('1.2.840.113549.1.1.11', 'sha256', [NULL]),
  rsaWithoutNull: withHash('1.2.840.113549.1.1.11', 'sha256'),
  rsaSha1: withHash('1.2.840.113549.1.1.5', 'sha1', [NULL]),
  rsaMd5: withHash('1.2.840.113549.1.1.4', 'md5', [NULL]),
  rsaSha224: withHash('1.2.840.113549.1.1.14', 'sha224', [NULL]),
  pss256: pss('2.16.840.1.101.3.4.2.1', 'sha256', 32),
  pssOddSalt: pss('2.16.840.1.101.3.4.2.1', 'sha256', 20),
  ed25519: withHash('1.3.101.112', null),
}

/** The usual way to sign with a key. */
const usual = ({ privateKey }: Keys): Signing =>
  privateKey.asymmetricKeyType === 'rsa'
    ? SIGN.rsaSha256
    : privateKey.asymmetricKeyType === 'ed25519'
      ? SIGN.ed25519
      : SIGN.ecSha256

export interface Crafted {
  readonly der: Buffer
  readonly subject: Buffer
  readonly keys: Keys
}

export interface Craft {
  readonly subject?: Buffer
  readonly keys?: Keys
  /** The signer; self-signed without. */
  readonly issuer?: Crafted
  readonly issuerName?: Buffer
  readonly signing?: Signing
  /** The algorithm that the signed part names, where it is another one. */
  readonly innerAlgorithm?: Buffer
  readonly spki?: Buffer
  readonly version?: Buffer
  readonly serial?: Buffer
  readonly notBefore?: Buffer
  readonly notAfter?: Buffer
  readonly extensions?: readonly Buffer[]
  /** Behind the extensions. */
  readonly tail?: Buffer
  readonly signature?: (right: Buffer) => Buffer
}

/** Any certificate at all; without options a usual self-signed CA. */
export const craft = ({
  subject = cn('ca'),
  keys = ecKeys(),
  issuer,
  issuerName = issuer?.subject ?? subject,
  signing = usual(issuer?.keys ?? keys),
  innerAlgorithm = signing.algorithm,
  spki = keys.spki,
  version = hex('a003020102'),
  serial = hex('0201 07'),
  notBefore = utc('200101000000Z'),
  notAfter = utc('400101000000Z'),
  extensions = [EXT.ca(), EXT.certSign],
  tail = Buffer.alloc(0),
  signature = bits,
}: Craft = {}): Crafted => {
  const listed = extensions.length === 0 ? Buffer.alloc(0) : tlv(0xa3, seq(...extensions))
  const signed = seq(
    version,
    serial,
    innerAlgorithm,
    issuerName,
    seq(notBefore, notAfter),
    subject,
    spki,
    listed,
    tail,
  )
  const value = signing.sign(signed, (issuer?.keys ?? keys).privateKey)
  return { der: seq(signed, signing.algorithm, signature(value)), subject, keys }
}

/** Key identifier as most tools make it. */
export const keyIdentifier = ({ spki }: Keys): Buffer => createHash('sha1').update(spki).digest()
