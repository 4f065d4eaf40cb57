import { correctHosts } from '../apply/prepare-change.js'
import { isHostStep } from '../apply/steps.js'
import { type Renewal, renewCertificates } from './renew.js'
import { rollMembers, type RollWork } from './roll.js'
import type { Run } from '../run/run.js'

/**
 * Changes a cluster that exists: first what no member notices, then certificates, the snapshot and the staging, then one member at a
 * time, with the canary writing all through. Throws Failure; a later run goes on from there.
 */
export const changeCluster = async (run: Run, work: RollWork): Promise<void> => {
  const { plan, context } = work
  const first = plan.steps.findIndex(({ kind }) => kind === 'roll-member')
  const renewals = plan.steps.flatMap((step, place) =>
    step.kind === 'renew-certificate' ? [{ step, later: first >= 0 && place > first }] : [],
  )
  const renewing = (later: boolean): readonly Renewal[] =>
    renewals.filter((renewal) => renewal.later === later).map(({ step }) => step)
  if (plan.steps.some((step) => step.kind === 'correct-host' || isHostStep(step)))
    await run.part('Correct the hosts', () => correctHosts(plan, context))
  await renewCertificates(run, work, renewing(false))
  if (first >= 0) await rollMembers(run, work)
  await renewCertificates(run, work, renewing(true))
}
