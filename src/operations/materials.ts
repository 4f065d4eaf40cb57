import { stat } from 'node:fs/promises'
import type { CertificatePair, Materials, ReleaseArchive } from '../apply/context.js'
import type { Member } from '../cluster/member.js'
import { archOfMachine } from '../etcd/release.js'
import { Failure } from '../failure.js'
import { issueForRequest, requestFor } from '../pki/member-certificate.js'
import { obtainArchive } from '../runner/archive.js'
import type { Run } from '../run/run.js'

/** Certificates and archives for the hosts, each made or fetched once, when the first host asks for it. */
export const makeMaterials = (run: Run): Materials => {
  const { desired } = run.inputs
  return {
    // In shared mode every member asks for the same certificate.
    certificateFor: once(
      (member: Member) => (desired.certificates.mode === 'shared' ? '' : member.name),
      (member) => certificateFor(run, member),
    ),
    archiveFor: once(
      (machine: string) => machine,
      (machine) => archiveFor(run, machine),
    ),
  }
}

const once = <K, T>(nameOf: (key: K) => string, make: (key: K) => Promise<T>): ((key: K) => Promise<T>) => {
  const made = new Map<string, Promise<T>>()
  return (key) => {
    const name = nameOf(key)
    const value = made.get(name) ?? make(key)
    made.set(name, value)
    return value
  }
}

const certificateFor = async (run: Run, member: Member): Promise<CertificatePair> => {
  const { desired, authority } = run.inputs
  if (!authority) {
    throw new Failure({
      what: 'cannot sign a certificate without the key of the CA',
      where: member.name,
      next: 'give ca-key',
    })
  }
  const request = requestFor({ member, members: desired.members, certificates: desired.certificates })
  const pair = await issueForRequest(authority, request, {
    days: desired.certificates.days,
    now: run.startedAt,
  })
  run.keepSecret(pair.privateKeyPem())
  return pair
}

const archiveFor = async (run: Run, machine: string): Promise<ReleaseArchive> => {
  const arch = archOfMachine(machine)
  const { path, sha256 } = await obtainArchive({
    release: run.inputs.desired.release,
    arch,
    cacheDir: run.place.cacheDir,
    onProgress: (line) => run.ci.info(line),
    warn: (message) => run.ci.warning(message),
    signal: run.signal,
  })
  return { path, sha256, arch, size: (await stat(path)).size }
}
