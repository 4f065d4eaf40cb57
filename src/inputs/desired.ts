import type { Desired } from '../cluster/desired.js'
import type { Authority } from '../pki/authority.js'
import { checkCaNames } from './ca-names.js'
import { readCertificates } from './certificates.js'
import { readEtcd, readPorts } from './etcd.js'
import { complete, openForm, refuseStrays } from './form.js'
import { deepFreeze } from './freeze.js'
import { readHealth } from './health.js'
import { readLayout } from './layout.js'
import { readMembers } from './members.js'
import { oneOf, parseSha256 } from './parse/scalar.js'
import { inputFailure, type InputProblem } from './problem.js'
import { readRelease } from './release.js'
import { readRoll, readSnapshot } from './roll.js'
import { gatherSecrets, type Secrets } from './secrets.js'
import type { ReadInput } from './source.js'
import { readSsh, readSshDefaults } from './ssh.js'
import { checkUse, readEndpoints } from './use.js'

/** What a run is given. */
export interface Inputs {
  /** Frozen, without a secret. */
  readonly desired: Desired
  readonly secrets: Secrets
  /** Absent where no `ca-key` was given. */
  readonly authority?: Authority
  /** Sentences the user should see though the run goes on. */
  readonly warnings: readonly string[]
}

/** What of the runner's environment matters here. */
export interface RunnerEnvironment {
  readonly SSH_AUTH_SOCK?: string | undefined
}

/**
 * Reads every input once. Throws one Failure that lists everything that is wrong, `handedOver` first, before anything is
 * connected to; it never holds a secret.
 */
export const readInputs = (
  read: ReadInput,
  env: RunnerEnvironment,
  now: Date,
  handedOver: readonly InputProblem[] = [],
): Inputs => {
  const form = openForm(read)
  const operation = form.ask('operation', oneOf(['deploy', 'plan', 'health']))
  const sshDefaults = readSshDefaults(form)
  const ports = readPorts(form)
  const members = readMembers(form, operation, sshDefaults, ports)
  const endpoints = readEndpoints(form)
  checkUse(form, operation)
  const viaSsh = form.text('hosts') !== ''
  const ssh = readSsh(form, sshDefaults, {
    needed: viaSsh,
    targets: (members ?? []).map((member) => member.ssh),
    agent: env.SSH_AUTH_SOCK,
  })
  const { certificates, authority, client } = readCertificates(form, {
    operation,
    tlsEndpoints:
      operation === 'health' && !viaSsh && (endpoints ?? []).some((url) => url.startsWith('https:')),
    now,
  })
  checkCaNames(form, { operation, members, certificates, now })
  const layout = readLayout(form, operation)
  const release = readRelease(form, operation)
  const desired = complete<Desired>({
    operation,
    members,
    endpoints,
    ssh,
    release,
    layout,
    etcd: readEtcd(form, {
      ports,
      user: layout?.serviceUser,
      members: members ?? [],
      version: release?.version ?? '',
    }),
    certificates,
    health: readHealth(form),
    roll: readRoll(form),
    snapshot: readSnapshot(form),
    expectPlan: form.askOr('expect-plan', parseSha256, ''),
  })
  refuseStrays(form)
  const problems = [...handedOver, ...form.problems]
  if (desired === undefined || problems.length > 0) throw inputFailure(problems)
  return Object.freeze({
    desired: deepFreeze(desired),
    secrets: gatherSecrets(form.text, client),
    ...(authority === undefined ? {} : { authority }),
    warnings: Object.freeze([...form.warnings]),
  })
}
