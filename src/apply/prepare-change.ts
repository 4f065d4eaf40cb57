import type { Plan, Step } from '../plan/plan.js'
import { formatDuration } from '../time/duration.js'
import { clearStaged } from '../host/staging.js'
import { correct, renewCertificate, stage } from './change-steps.js'
import type { ApplyContext, HostAtWork } from './context.js'
import { executeHostStep, isHostStep } from './steps.js'

/**
 * Does what of a change restarts nothing, before the first member is stopped: corrections, tools, certificates one member after the
 * other, then the staging of all members at once. `whenCorrected` runs between the two: the snapshot. Throws Failure.
 */
export const prepareChange = async (
  plan: Plan,
  context: ApplyContext,
  whenCorrected: () => Promise<void>,
): Promise<void> => {
  for (const step of plan.steps) {
    const host = hostOf(context, step)
    if (!host) continue
    if (step.kind === 'correct-host') await told(step, context, () => correct(plan, context, host))
    else if (step.kind === 'renew-certificate')
      await told(step, context, () => renewCertificate(context, host))
    else if (isHostStep(step)) await executeHostStep(step, context, host)
    else continue
    await context.audit(host, `${step.kind.replaceAll('-', ' ')}: ${step.reason}`)
  }
  await whenCorrected()
  const staging = plan.steps.flatMap((step) => {
    const host = step.kind === 'stage' ? hostOf(context, step) : undefined
    return host ? [told(step, context, () => stage(plan, context, host))] : []
  })
  const failed = (await Promise.allSettled(staging)).find((outcome) => outcome.status === 'rejected')
  if (!failed) return
  // What the others have by now, a new key perhaps, does not stay.
  await Promise.allSettled(context.hosts.map(({ session }) => clearStaged(session, context.desired.layout)))
  throw failed.reason
}

const hostOf = ({ hosts }: ApplyContext, step: Step): HostAtWork | undefined =>
  step.kind === 'start-members' ? undefined : hosts.find(({ member }) => member.name === step.member)

const told = async (step: Step, { say }: ApplyContext, work: () => Promise<void>): Promise<void> => {
  const start = performance.now()
  await work()
  const where = step.kind === 'start-members' ? '' : `${step.member}: `
  say(`${where}${step.kind.replaceAll('-', ' ')}: done in ${formatDuration(performance.now() - start)}`)
}
