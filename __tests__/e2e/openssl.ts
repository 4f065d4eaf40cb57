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
export const clientCertificate = ({ ca }: Pick<Lab, 'ca'>): Promise<Record<string, string>> =>
  inFolder(async (folder) => {
    const [key, request, certificate, extensions] = ['key', 'csr', 'pem', 'ext'].map((name) =>
      join(folder, name),
    ) as [string, string, string, string]
    await writeFile(extensions, 'keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n')
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    await call('openssl', ['req', '-new', ...curve, '-keyout', key, '-out', request, '-subj', '/CN=monitor'])
    await call('openssl', [
      ...['x509', '-req', '-in', request, '-CA', ca.certFile, '-CAkey', ca.keyFile, '-set_serial', '4711'],
      ...['-days', '1', '-extfile', extensions, '-out', certificate],
    ])
    return { 'client-cert': await readFile(certificate, 'utf8'), 'client-key': await readFile(key, 'utf8') }
  })
