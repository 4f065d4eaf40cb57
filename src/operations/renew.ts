import { stageRenewals } from '../apply/prepare-change.js'
import type { RollTask } from '../apply/roll/port.js'
import { provePair } from '../apply/roll/prove-pair.js'
import { RENEW_PARTS, renewWith } from '../apply/roll/renew.js'
import type { Observed } from '../cluster/observed.js'
import type { Step } from '../plan/plan.js'
import { clientTls } from './commits.js'
import { conduct, count, type RollWork } from './roll.js'
import type { Run } from './run.js'

export type Renewal = Extract<Step, { kind: 'renew-certificate' }>

/** Exchanges the pairs of these members, one after the other behind gates, once the etcd of every one of them takes its own. */
export const renewCertificates = async (
  run: Run,
  work: RollWork,
  steps: readonly Renewal[],
): Promise<void> => {
  if (steps.length === 0) return
  const { desired } = run.inputs
  const { observed, context, steady } = work
  const caOf = (name: string): string =>
    observed.hosts.find(({ member }) => member === name)?.ca?.text ?? desired.certificates.caPem
  await run.part(`Renew the certificate of ${count(steps.length)}`, async () => {
    await stageRenewals(steps, context, caOf)
    const client = await clientTls(run)
    const prove = provePair({
      ...{ desired, sessions: steady, caOf, client, say: (line) => run.ci.info(line) },
      pairOf: (name) => {
        const host = context.hosts.find(({ member }) => member.name === name)
        const isGiven = steps.some(({ member }) => member === name)
        return host && isGiven ? context.materials.certificateFor(host.member) : undefined
      },
    })
    const { rolled } = await conduct(
      run,
      work,
      renewalOf(run, observed, steps),
      renewWith(prove),
      RENEW_PARTS,
    )
    run.ci.info(`renewed: ${rolled.join(', ')}`)
  })
}

const renewalOf = (run: Run, { cluster, hosts }: Observed, steps: readonly Renewal[]): RollTask => {
  const { desired } = run.inputs
  return {
    members: desired.members.map(({ name }) => {
      const step = steps.find(({ member }) => member === name)
      return {
        name,
        version: cluster?.statuses?.find(({ member }) => member === name)?.version ?? '',
        roll: step !== undefined,
        cutOff: step?.cutOff ?? false,
        unconfirmed: hosts.some((host) => host.member === name && host.unconfirmed === true),
      }
    }),
    renews: true,
    clusterId: cluster?.clusterId ?? '',
    quotaBytes: undefined,
    minorUpgrade: false,
  }
}
