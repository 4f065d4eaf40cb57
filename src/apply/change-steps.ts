import { toolPath } from '../cluster/places.js'
import { parseExecStart } from '../etcd/parse-unit.js'
import { correctHost } from '../host/correct.js'
import { ensureDirectories } from '../host/directories.js'
import { putUnit } from '../host/put-unit.js'
import { releasePath } from '../host/release.js'
import { stageNext, type NextFiles } from '../host/staging.js'
import { tryFlags } from '../host/try-flags.js'
import type { Plan, RollPart } from '../plan/plan.js'
import type { ApplyContext, HostAtWork } from './context.js'
import { judge } from './judge-pair.js'
import { sendRelease } from './steps.js'

/** Puts right what takes no restart: modes, owners, the start at boot, and a unit whose settings are right. Throws Failure. */
export const correct = async (plan: Plan, { desired }: ApplyContext, host: HostAtWork): Promise<void> => {
  const { member, session } = host
  await ensureDirectories(session, desired.layout)
  const rewritten = (plan.files ?? []).some((file) => file.member === member.name)
  if (rewritten && !partsOf(plan, member.name).includes('unit')) {
    await putUnit(session, desired.layout, host.unit)
  }
  await correctHost(session, desired.layout)
}

/**
 * Has the new key and certificate of a member on its host, judged by the etcd there beside the CA that is in force (`caPem`); what
 * is served is untouched. Throws Failure.
 */
export const stageRenewal = async (context: ApplyContext, host: HostAtWork, caPem: string): Promise<void> => {
  const pair = await context.materials.certificateFor(host.member)
  await judge(context, host, { caPem, pair })
  await stageNext(host.session, context.desired.layout, { pair })
}

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
    binary: release ? `${releasePath({ binDir, ...release })}/etcd` : toolPath({ binDir }, 'etcd'),
    version: desired.release.version,
    flags: (parseExecStart(host.unit) ?? []).slice(1),
  })
  const pair = parts.includes('certificate') ? await materials.certificateFor(member) : undefined
  if (pair) await judge(context, host, { release, caPem: desired.certificates.caPem, pair })
  const next: NextFiles = {
    ...(release ? { release } : {}),
    ...(parts.includes('unit') ? { unit: host.unit } : {}),
    ...(parts.includes('ca') ? { ca: desired.certificates.caPem } : {}),
    ...(pair ? { pair } : {}),
  }
  await stageNext(session, desired.layout, next)
}

/** What of a member its restart changes; empty where it is not restarted. */
export const partsOf = (plan: Plan, name: string): readonly RollPart[] =>
  plan.steps.flatMap((step) => (step.kind === 'roll-member' && step.member === name ? step.parts : []))
