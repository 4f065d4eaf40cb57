import { count } from '../cluster/count.js'
import { stageRenewals } from '../apply/prepare-change.js'
import type { RollTask } from '../apply/engine/port.js'
import { provePair } from '../apply/ssh/prove-pair.js'
import { RENEW_RULES, renewWith } from '../apply/roll/renew.js'
import type { Desired } from '../cluster/desired.js'
import type { Observed } from '../cluster/observed.js'
import { fullDatabases } from '../plan/full-databases.js'
import type { Plan, Step } from '../plan/plan.js'
import { conduct, orNothingStaged } from './conduct.js'
import type { RollWork } from './roll.js'
import type { Run } from '../run/run.js'

export type Renewal = Extract<Step, { kind: 'renew-certificate' }>

/** Exchanges the pairs of these members, one after the other behind gates, once the etcd of every one of them takes its own. */
export const renewCertificates = async (
  run: Run,
  work: RollWork,
  steps: readonly Renewal[],
): Promise<void> => {
  if (steps.length === 0) return
  const { desired } = run.inputs
  const { observed, context, steady, plan } = work
  const caOf = caInForce(desired, observed, rolledBefore(plan, steps))
  await run.part(`Renew the certificate of ${count(steps.length, 'member')}`, async () => {
    await orNothingStaged(desired.layout, steady, stageRenewals(steps, context, caOf))
    const prove = provePair({
      ...{ desired, sessions: steady, caOf, say: (line) => run.ci.info(line) },
      pairOf: (name) => {
        const host = context.hosts.find(({ member }) => member.name === name)
        const isGiven = steps.some(({ member }) => member === name)
        return host && isGiven ? context.materials.certificateFor(host.member) : undefined
      },
    })
    const { rolled } = await conduct(
      run,
      work,
      renewalOf(desired, observed, steps),
      renewWith(prove),
      RENEW_RULES,
    )
    run.ci.info(`renewed: ${rolled.join(', ')}`)
  })
}

/** Members that are rolled by the time these renewals begin. */
export const rolledBefore = (
  { steps }: Pick<Plan, 'steps'>,
  [first]: readonly Renewal[],
): readonly string[] =>
  steps
    .slice(
      0,
      Math.max(
        0,
        steps.findIndex((step) => step === first),
      ),
    )
    .flatMap((step) => (step.kind === 'roll-member' ? [step.member] : []))

/** PEM of the CA in force on a member's host: what was found there, unless it was rolled since, which brings the one that is asked. */
export const caInForce =
  (
    { certificates }: Pick<Desired, 'certificates'>,
    { hosts }: Pick<Observed, 'hosts'>,
    rolled: readonly string[],
  ) =>
  (name: string): string =>
    (rolled.includes(name) ? undefined : hosts.find(({ member }) => member === name)?.ca?.text) ??
    certificates.caPem

/** The task of these renewals; `observed` may be from before a roll. */
export const renewalOf = (
  desired: Pick<Desired, 'members'>,
  { cluster, hosts }: Pick<Observed, 'cluster' | 'hosts'>,
  steps: readonly Renewal[],
): RollTask => {
  return {
    members: desired.members.map(({ name }) => {
      const step = steps.find(({ member }) => member === name)
      return {
        name,
        // Any: its process has to stay the same, whatever it is, and a roll may have changed what was seen.
        version: '',
        roll: step !== undefined,
        cutOff: step?.cutOff ?? false,
        unconfirmed: hosts.some((host) => host.member === name && host.unconfirmed === true),
      }
    }),
    renews: true,
    clusterId: cluster?.clusterId ?? '',
    quotaBytes: undefined,
    full: fullDatabases({ cluster, hosts }),
    minorUpgrade: false,
  }
}
