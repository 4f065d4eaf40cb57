import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A CA made by openssl, the independent judge of these tests; its key is a throw-away. */
export interface TestCa {
  readonly certPem: string
  readonly keyPem: string
}

export type TestKey = 'rsa-2048' | 'rsa-1024' | 'P-256' | 'P-384' | 'P-521' | 'ed25519' | 'secp256k1'

export interface CaOptions {
  readonly key?: TestKey
  /** A key that is there already, instead of a new one. */
  readonly keyPem?: string
  readonly subject?: string
  /** openssl extension lines; the default is that of a usual CA. */
  readonly extensions?: readonly string[]
  readonly issuer?: TestCa
  readonly days?: number
  /** Which string types openssl may use in names; `default` allows the old T61String and BMPString. */
  readonly stringMask?: 'utf8only' | 'default'
}

const CA_EXTENSIONS = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
]

const folder = mkdtempSync(join(tmpdir(), 'pki-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0

/** Path of a new file with this text, gone after the tests. */
export const fileWith = (text: string): string => {
  const path = join(folder, `${++files}.pem`)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

/** Standard output of openssl; throws with its standard error. */
export const openssl = (args: readonly string[], input = ''): string =>
  execFileSync('openssl', args, { input, encoding: 'utf8', stdio: 'pipe' })

const GENPKEY: Readonly<Record<TestKey, readonly string[]>> = {
  'rsa-2048': ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'rsa-1024': ['RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
  'P-256': ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'P-384': ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  'P-521': ['EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  ed25519: ['ED25519'],
  secp256k1: ['EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
}

/** PKCS#8 key. */
export const makeKey = (key: TestKey): string => openssl(['genpkey', '-algorithm', ...GENPKEY[key]])

/** A CA, self-signed or under `issuer`. */
export const makeCa = ({
  key = 'P-256',
  keyPem = makeKey(key),
  subject = '/C=CN/O=k8s/CN=test-ca',
  extensions = CA_EXTENSIONS,
  issuer,
  days = 7300,
  stringMask = 'utf8only',
}: CaOptions = {}): TestCa => {
  const keyFile = fileWith(keyPem)
  const config = fileWith(
    `[req]\ndistinguished_name=dn\nutf8=yes\nstring_mask=${stringMask}\n[dn]\n[ext]\n${extensions.join('\n')}\n`,
  )
  const base = ['-config', config, '-key', keyFile, '-subj', subject]
  if (issuer === undefined) {
    const certPem = openssl(['req', '-x509', ...base, '-days', `${days}`, '-extensions', 'ext'])
    return { certPem, keyPem }
  }
  const request = openssl(['req', '-new', ...base])
  const signer = ['-CA', fileWith(issuer.certPem), '-CAkey', fileWith(issuer.keyPem), '-CAcreateserial']
  const extra = ['-days', `${days}`, '-extfile', config, '-extensions', 'ext']
  return { certPem: openssl(['x509', '-req', ...signer, ...extra], request), keyPem }
}

/**
 * Asks `openssl verify` in both roles of an etcd certificate, two minutes from now, because test certificates may begin
 * a little later than now; throws where openssl refuses it.
 */
export const verifyWithOpenssl = (
  certificatePem: string,
  caPem: string,
  flags: readonly string[] = ['-x509_strict'],
): void => {
  const atTime = `${Math.floor(Date.now() / 1000) + 120}`
  const [leaf, ca] = [fileWith(certificatePem), fileWith(caPem)]
  for (const purpose of ['sslserver', 'sslclient']) {
    openssl(['verify', ...flags, '-attime', atTime, '-purpose', purpose, '-CAfile', ca, leaf])
  }
}

export const textOfCertificate = (pem: string): string =>
  openssl(['x509', '-noout', '-text', '-nameopt', 'RFC2253,utf8,-esc_msb'], pem)
