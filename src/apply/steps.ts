import { putFiles } from '../host/files.js'
import { certificatePaths, unitPath } from '../cluster/places.js'
import { activateRelease, releaseInstalled, uploadArchive } from '../host/release.js'
import { ensureUser } from '../host/user.js'
import type { Step } from '../plan/plan.js'
import { foundingUnit } from '../plan/unit.js'
import { bytesOf } from '../time/bytes.js'
import { formatDuration } from '../time/duration.js'
import type { ApplyContext, HostAtWork } from './context.js'

/** A step that prepares one host and disturbs nothing that runs. */
export type HostStep = Extract<
  Step,
  { kind: 'create-user' | 'install-release' | 'place-certificates' | 'write-unit' }
>

/** Is it one of the steps that `executeHostStep` does? */
export const isHostStep = (step: Step): step is HostStep => Object.hasOwn(EXECUTORS, step.kind)

type Executor = (context: ApplyContext, host: HostAtWork) => Promise<void>

/** Slower than this a link counts as stalled, in bytes a second. */
const SLOWEST_UPLOAD = 50_000
const LEAST_UPLOAD_MS = 60_000

/** Does one step on its host; its directories have to be there. Throws Failure. */
export const executeHostStep = async (
  step: HostStep,
  context: ApplyContext,
  host: HostAtWork,
): Promise<void> => {
  const start = performance.now()
  await EXECUTORS[step.kind](context, host)
  const took = formatDuration(performance.now() - start)
  context.say(`${host.member.name}: ${step.kind.replaceAll('-', ' ')}: done in ${took}`)
}

const EXECUTORS: Readonly<Record<HostStep['kind'], Executor>> = {
  'create-user': async ({ desired }, { session }) => {
    await ensureUser(session, desired.layout.serviceUser)
  },

  'install-release': async (context, host) => {
    const release = await sendRelease(context, host)
    await activateRelease(host.session, { binDir: context.desired.layout.binDir, ...release })
  },

  'place-certificates': async ({ desired, materials }, { member, session }) => {
    const { serviceUser } = desired.layout
    const paths = certificatePaths(desired.layout)
    const { certificatePem, privateKeyPem } = await materials.certificateFor(member)
    // Key and certificate go in one call: etcd reads both anew at each handshake, and must find a pair.
    await putFiles(session, [
      { path: paths.ca, mode: '644', owner: 'root', group: 'root', content: desired.certificates.caPem },
      { path: paths.key, mode: '600', owner: serviceUser, group: '', content: privateKeyPem() },
      { path: paths.certificate, mode: '644', owner: 'root', group: 'root', content: certificatePem },
    ])
  },

  'write-unit': async ({ desired }, { member, session }) => {
    const path = unitPath(desired.layout)
    const content = foundingUnit(desired, member)
    await putFiles(session, [{ path, mode: '644', owner: 'root', group: 'root', content }])
  },
}

/** Has the release in the store of the host, unpacked and checked, without switching to it. Throws Failure. */
export const sendRelease = async (
  { desired, materials, say, live }: ApplyContext,
  { member, machine, session }: HostAtWork,
): Promise<{ readonly version: string; readonly sha256: string }> => {
  const { layout, release } = desired
  const { path, sha256, size, arch } = await materials.archiveFor(machine)
  const place = { binDir: layout.binDir, version: release.version, sha256 }
  if (await releaseInstalled(session, place)) say(`${member.name}: etcd ${release.version} is already there`)
  else {
    const timeoutMs = LEAST_UPLOAD_MS + Math.ceil((size / SLOWEST_UPLOAD) * 1000)
    const onBytes = (bytes: number): void =>
      live.set(`sending etcd ${release.version} to ${member.name}: ${bytesOf(bytes, size)}`, member.name)
    onBytes(0)
    await uploadArchive(session, { ...place, archive: path, size, arch, timeoutMs, onBytes }).finally(() =>
      live.clear(member.name),
    )
    say(`${member.name}: etcd ${release.version} sent, ${bytesOf(size, size)}`)
  }
  return { version: release.version, sha256 }
}
