import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Lab } from '../../lab/lab.js'

const call = promisify(execFile)

const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-openssl-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What openssl reads in a certificate; throws where it does not come from the CA in `caFile`. */
export const certificateText = (certificate: string, caFile: string): Promise<string> =>
  inFolder(async (folder) => {
    const file = join(folder, 'certificate.pem')
    await writeFile(file, certificate)
    await call('openssl', ['verify', '-CAfile', caFile, file])
    return (await call('openssl', ['x509', '-in', file, '-noout', '-text'])).stdout
  })

/** A client certificate from the lab's CA and its key, as another program than ours makes them. */
export const clientCertificate = async (lab: Pick<Lab, 'ca'>): Promise<Record<string, string>> => {
  const usage = 'keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n'
  const { certificate, key } = await signedByLab(lab, '/CN=monitor', usage)
  return { 'client-cert': certificate, 'client-key': key }
}

/** One that serves for all of `addresses` and is a client's as well, as a playbook makes it. */
export const sharedCertificate = (lab: Pick<Lab, 'ca'>, addresses: readonly string[]): Promise<Pair> => {
  const names = addresses.map((address) => `IP:${address}`).join(',')
  const usage = `keyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=${names}\n`
  return signedByLab(lab, '/C=CN/ST=HangZhou/L=XS/O=k8s/OU=System/CN=etcd', usage)
}

/** A member's pair whose certificate ends as soon as it is made. */
export const expiredPair = (lab: Pick<Lab, 'ca'>, address: string): Promise<Pair> => {
  const usage = `keyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=IP:${address},IP:127.0.0.1\n`
  return signedByLab(lab, '/C=CN/ST=HangZhou/L=XS/O=k8s/OU=System/CN=etcd', usage, 0)
}

/** PEM. */
export interface Pair {
  readonly certificate: string
  readonly key: string
}

const signedByLab = ({ ca }: Pick<Lab, 'ca'>, subject: string, usage: string, days = 100): Promise<Pair> =>
  inFolder(async (folder) => {
    const [key, request, certificate, extensions] = ['key', 'csr', 'pem', 'ext'].map((name) =>
      join(folder, name),
    ) as [string, string, string, string]
    await writeFile(extensions, usage)
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    await call('openssl', ['req', '-new', ...curve, '-keyout', key, '-out', request, '-subj', subject])
    await call('openssl', [
      ...['x509', '-req', '-in', request, '-CA', ca.certFile, '-CAkey', ca.keyFile, '-set_serial', '4711'],
      ...['-days', String(days), '-extfile', extensions, '-out', certificate],
    ])
    return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') }
  })

/** A key with a certificate for `address` that no CA of ours has signed. PEM. */
export const foreignCertificate = (
  address: string,
): Promise<{ readonly certificate: string; readonly key: string; readonly publicKey: string }> =>
  inFolder(async (folder) => {
    const [key, certificate] = [join(folder, 'key'), join(folder, 'pem')]
    await call('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=etcd'],
      ...[
        '-addext',
        `subjectAltName=IP:${address},IP:127.0.0.1,DNS:localhost`,
        '-keyout',
        key,
        '-out',
        certificate,
      ],
    ])
    const { stdout: publicKey } = await call('openssl', ['rsa', '-in', key, '-pubout'])
    return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8'), publicKey }
  })
