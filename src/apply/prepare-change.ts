import type { Plan, Step } from '../plan/plan.js'
import { formatDuration } from '../time/duration.js'
import { correct, stage, stageRenewal } from './change-steps.js'
import { stillServing } from './still-serving.js'
import type { ApplyContext, HostAtWork } from './context.js'
import { executeHostStep, isHostStep } from './steps.js'

/** Does what of a change no member notices, before anything else: corrections and tools. Throws Failure. */
export const correctHosts = async (plan: Plan, context: ApplyContext): Promise<void> => {
  for (const step of plan.steps) {
    const host = hostOf(context, step)
    if (!host) continue
    if (step.kind === 'correct-host')
      await told(step, context, () => stillServing(context, host, () => correct(plan, context, host)))
    else if (isHostStep(step)) await executeHostStep(step, context, host)
    else continue
    await context.audit(host, `${step.kind.replaceAll('-', ' ')}: ${step.reason}`)
  }
}

/** Stages all members at once that are to be restarted, and waits for all of them also where one fails. Throws Failure. */
export const stageRoll = (plan: Plan, context: ApplyContext): Promise<void> =>
  stageAll(
    plan.steps.filter(({ kind }) => kind === 'stage'),
    context,
    (host) => stage(plan, context, host),
  )

/**
 * Stages the new pairs of all members at once that get one without a restart: where one is refused, none is exchanged. `caOf`: PEM
 * of the CA in force there. Throws Failure.
 */
export const stageRenewals = (
  steps: readonly Step[],
  context: ApplyContext,
  caOf: (member: string) => string,
): Promise<void> => stageAll(steps, context, (host) => stageRenewal(context, host, caOf(host.member.name)))

const stageAll = async (
  steps: readonly Step[],
  context: ApplyContext,
  work: (host: HostAtWork) => Promise<void>,
): Promise<void> => {
  const staging = steps.flatMap((step) => {
    const host = hostOf(context, step)
    return host ? [told(step, context, () => work(host))] : []
  })
  const failed = (await Promise.allSettled(staging)).find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}

const hostOf = ({ hosts }: ApplyContext, step: Step): HostAtWork | undefined =>
  step.kind === 'start-members' ? undefined : hosts.find(({ member }) => member.name === step.member)

/** What is done before a step that is an act of its own later on. */
const TITLES: Readonly<Record<string, string>> = { 'renew-certificate': 'new certificate staged' }

const told = async (step: Step, { say }: ApplyContext, work: () => Promise<void>): Promise<void> => {
  const start = performance.now()
  await work()
  const where = step.kind === 'start-members' ? '' : `${step.member}: `
  const what = TITLES[step.kind] ?? `${step.kind.replaceAll('-', ' ')}: done`
  say(`${where}${what} in ${formatDuration(performance.now() - start)}`)
}
