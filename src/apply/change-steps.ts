import { X509Certificate } from 'node:crypto'
import { parseExecStart } from '../etcd/parse-unit.js'
import { Failure, sentenceOf } from '../failure.js'
import { correctHost } from '../host/correct.js'
import { ensureDirectories } from '../host/directories.js'
import { putFiles } from '../host/files.js'
import { certificatePaths } from '../host/places.js'
import { putUnit } from '../host/put-unit.js'
import { releasePath } from '../host/release.js'
import { stageNext, type NextFiles } from '../host/staging.js'
import { tryFlags } from '../host/try-flags.js'
import type { Plan, RollPart } from '../plan/plan.js'
import { servedSerial } from '../ssh/served-certificate.js'
import type { ApplyContext, HostAtWork } from './context.js'
import { sendRelease } from './steps.js'

/** Puts right what takes no restart: modes, owners, the start at boot, and a unit whose settings are right. Throws Failure. */
export const correct = async (plan: Plan, { desired }: ApplyContext, host: HostAtWork): Promise<void> => {
  const { member, session } = host
  await ensureDirectories(session, desired.layout)
  const rewritten = (plan.files ?? []).some((file) => file.member === member.name)
  if (rewritten && !partsOf(plan, member.name).includes('unit')) {
    await putUnit(session, desired.layout.serviceName, host.unit)
  }
  await correctHost(session, desired.layout)
}

/**
 * Swaps key and certificate of a running member together, without a restart: etcd reads both anew at each handshake (client
 * transport/listener.go). Proven by the new serial on the wire, at the client port and at the peer port. Throws Failure.
 */
export const renewCertificate = async (
  { desired, materials }: ApplyContext,
  { member, session }: HostAtWork,
): Promise<void> => {
  const { layout, etcd } = desired
  const paths = certificatePaths(layout)
  const { certificatePem, privateKeyPem } = await materials.certificateFor(member)
  await putFiles(session, [
    { path: paths.key, mode: '600', owner: layout.serviceUser, group: '', content: privateKeyPem() },
    { path: paths.certificate, mode: '644', owner: 'root', group: 'root', content: certificatePem },
  ])
  const wanted = new X509Certificate(certificatePem).serialNumber.toLowerCase().replace(/^0+/, '')
  for (const port of [etcd.clientPort, etcd.peerPort]) {
    const served = await servedSerial(session, member.address, port).catch((error: unknown) => {
      throw notServed(member.name, port, sentenceOf(error))
    })
    if (served !== wanted) throw notServed(member.name, port, `it serves the one with serial ${served}`)
  }
}

const notServed = (member: string, port: number, why: string): Failure =>
  new Failure({
    what: `the renewed certificate is in place but is not what port ${port} serves`,
    where: member,
    why,
    state: 'the member was not restarted',
    next: 'look at its journal, then run again',
    member,
  })

/**
 * Has everything on the host that the restart of its member will swap in, and the binary's own word that it takes its flags; what
 * runs is untouched. Throws Failure.
 */
export const stage = async (plan: Plan, context: ApplyContext, host: HostAtWork): Promise<void> => {
  const { desired, materials } = context
  const { member, session } = host
  const parts = partsOf(plan, member.name)
  await ensureDirectories(session, desired.layout)
  const release = parts.includes('release') ? await sendRelease(context, host) : undefined
  const { binDir } = desired.layout
  await tryFlags(session, {
    binary: release ? `${releasePath({ binDir, ...release })}/etcd` : `${binDir}/etcd`,
    version: desired.release.version,
    flags: (parseExecStart(host.unit) ?? []).slice(1),
  })
  const next: NextFiles = {
    ...(release ? { release } : {}),
    ...(parts.includes('unit') ? { unit: host.unit } : {}),
    ...(parts.includes('ca') ? { ca: desired.certificates.caPem } : {}),
    ...(parts.includes('certificate') ? { pair: await materials.certificateFor(member) } : {}),
  }
  await stageNext(session, desired.layout, next)
}

/** What of a member its restart changes; empty where it is not restarted. */
export const partsOf = (plan: Plan, name: string): readonly RollPart[] =>
  plan.steps.flatMap((step) => (step.kind === 'roll-member' && step.member === name ? step.parts : []))
