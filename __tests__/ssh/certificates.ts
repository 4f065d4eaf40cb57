import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Identity {
  readonly cert: string
  readonly key: string
}

/** PEM texts for TLS between a client and a server on 127.0.0.1. */
export interface TestCertificates {
  readonly ca: string
  /** An authority that signed none of them. */
  readonly otherCa: string
  /** For 127.0.0.1. */
  readonly server: Identity
  /** For elsewhere.test only. */
  readonly elsewhere: Identity
  readonly client: Identity
}

/** Made with the openssl command line, in a folder that is gone afterwards. */
export const testCertificates = (): TestCertificates => {
  const folder = mkdtempSync(join(tmpdir(), 'test-certificates-'))
  const file = (name: string): string => join(folder, name)
  const read = (name: string): string => readFileSync(file(name), 'utf8')
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' })
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

  const authority = (name: string): string => {
    openssl(
      'req',
      '-x509',
      ...curve,
      '-subj',
      `/CN=${name}`,
      '-keyout',
      file(`${name}.key`),
      '-out',
      file(`${name}.pem`),
    )
    return read(`${name}.pem`)
  }
  const identity = (name: string, san: string): Identity => {
    openssl(
      'req',
      ...curve,
      '-subj',
      `/CN=${name}`,
      '-keyout',
      file(`${name}.key`),
      '-out',
      file(`${name}.csr`),
    )
    writeFileSync(file(`${name}.ext`), `subjectAltName=${san}\n`)
    const signer = [
      '-CA',
      file('ca.pem'),
      '-CAkey',
      file('ca.key'),
      '-CAcreateserial',
      '-extfile',
      file(`${name}.ext`),
    ]
    openssl('x509', '-req', '-in', file(`${name}.csr`), '-days', '2', ...signer, '-out', file(`${name}.pem`))
    return { cert: read(`${name}.pem`), key: read(`${name}.key`) }
  }
  try {
    return {
      ca: authority('ca'),
      otherCa: authority('other'),
      server: identity('server', 'IP:127.0.0.1'),
      elsewhere: identity('elsewhere', 'DNS:elsewhere.test'),
      client: identity('client', 'DNS:client.test'),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
