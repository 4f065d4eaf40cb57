import { createHash } from 'node:crypto'
import type { Desired } from '../cluster/desired.js'
import type { Plan, Step } from './plan.js'
import { wantedUnit } from './unit.js'

/**
 * SHA-256 (lower-case hex) over what matters of a plan: its steps, the cluster, versions and units before and after. Empty
 * for a plan that may not be done. Two runs against a world that did not change give the same, whatever the time is and whoever
 * leads: reasons, summaries, the order of restarts and the host of the snapshot are not in it.
 */
export const planDigest = (plan: Plan, desired: Desired): string =>
  plan.kind === 'blocked' ? '' : sha256(canonical(essenceOf(plan, desired)))

/** SHA-256 of a text, lower-case hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const essenceOf = (plan: Plan, desired: Desired): unknown => ({
  kind: plan.kind,
  clusterId: plan.clusterId ?? '',
  clusterToken: desired.etcd.clusterToken,
  version: desired.release.version,
  versions: (plan.upgrade?.from ?? []).map(({ member, version }) => `${member} ${version}`).sort(),
  caCertificates: sha256(desired.certificates.caPem),
  units: desired.members.map((member) => [member.name, sha256(wantedUnit(desired, member))]),
  files: (plan.files ?? []).map(({ member, path, before, after }) => [member, path, before, after]).sort(),
  steps: plan.steps.map(stepEssence).sort(),
})

/** What a step does and where; the snapshot is of the cluster, wherever it is taken. */
const stepEssence = (step: Step): string => {
  if (step.kind === 'take-snapshot') return step.kind
  if (step.kind === 'start-members') return `${step.kind} ${[...step.members].sort().join(' ')}`
  const parts = step.kind === 'roll-member' ? ` ${[...step.parts].sort().join(' ')}` : ''
  return `${step.kind} ${step.member}${parts}`
}

/** JSON with the keys of every object in order. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
