import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EtcdctlAccess } from '../etcd/etcdctl.js'
import { RECOMMENDED } from '../etcd/recommended.js'
import { archOfMachine } from '../etcd/release.js'
import { obtainArchive } from '../runner/archive.js'
import { runEtcdctlHere } from '../runner/etcdctl-runner.js'
import { etcdctlFromArchive, etcdctlOnPath, whyNoEtcdctl } from '../runner/find-etcdctl.js'
import { withSecretFile } from '../runner/secret-file.js'
import { insistOnTools } from '../runner/tools.js'
import { warnOfClientCertificate } from './certificate-days.js'
import { probeCommitsFromRunner } from './commits.js'
import { gateOnHealth } from './health-gate.js'
import type { Run } from '../run/run.js'

/** Start of the name of the folder for certificates, which are no secrets, inside the job's own temporary folder. */
export const PUBLIC_FOLDER = 'etcd-deploy-public-'

/** Checks `endpoints` from the runner itself, with etcdctl there; no host is logged in to. */
export const healthFromRunner = async (run: Run): Promise<void> => {
  const { desired, secrets } = run.inputs
  const etcdctl = await run.part('Find etcdctl', () => findEtcdctl(run))
  await mkdir(run.place.tempDir, { recursive: true })
  const folder = await mkdtemp(join(run.place.tempDir, PUBLIC_FOLDER))
  try {
    const caFile = join(folder, 'ca.pem')
    const certFile = join(folder, 'client.pem')
    await writeFile(caFile, desired.certificates.caPem)
    await writeFile(certFile, secrets.clientCert)
    warnOfClientCertificate(run)
    await withSecretFile(secrets.clientKey, run.place.tempDir, async (keyFile) => {
      const accessTo = (endpoint: string): EtcdctlAccess => ({
        etcdctl,
        endpoint,
        caFile,
        certFile,
        keyFile,
      })
      await gateOnHealth(run, {
        endpoints: desired.endpoints.map((endpoint) => ({ endpoint, name: '' })),
        from: [runEtcdctlHere],
        accessTo,
      })
      await probeCommitsFromRunner(run, { run: runEtcdctlHere, accessTo })
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const findEtcdctl = async (run: Run): Promise<string> => {
  const path = process.env['PATH']
  await insistOnTools(['timeout'], path)
  const found = await etcdctlOnPath(path)
  const unusable = found && (await whyNoEtcdctl(found))
  if (found !== undefined && unusable === undefined) {
    run.ci.info(`using ${found}`)
    return found
  }
  const asked = run.inputs.desired.release
  // Any etcdctl that we know asks any member.
  const release = { ...asked, version: asked.version || RECOMMENDED }
  const why = found === undefined ? 'no etcdctl on PATH' : `${found} cannot be used (${unusable})`
  run.ci.info(`${why}: taking the one of etcd ${release.version}`)
  const archive = await obtainArchive({
    release,
    arch: archOfMachine(MACHINES[process.arch] ?? process.arch, 'the runner'),
    cacheDir: run.place.cacheDir,
    onProgress: (line) => run.ci.info(line),
    warn: (message) => run.ci.warning(message),
    signal: run.signal,
  })
  return etcdctlFromArchive(archive, run.place.cacheDir)
}

/** Node's names of architectures, as `uname -m` has them. */
const MACHINES: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  ppc64: 'ppc64le',
  s390x: 's390x',
}
