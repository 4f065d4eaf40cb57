import type { Observed } from '../cluster/observed.js'
import { Failure } from '../failure.js'
import { blockedFailure } from '../plan/blocked.js'
import { planDigest } from '../plan/digest.js'
import { makePlan, type Plan } from '../plan/plan.js'
import { planLines } from '../report/lines.js'
import type { Run } from './run.js'

/**
 * What is to be done, printed and kept for the report with its digest. Throws Failure where the plan is blocked, and in
 * `deploy` where it is not the one that `expect-plan` names. `the rest`: what is left once the plan that came first is done; where
 * nothing is, that one stays the plan of the run.
 */
export const decide = (run: Run, observed: Observed, of: 'all' | 'the rest' = 'all'): Plan => {
  const { desired } = run.inputs
  const plan = makePlan(desired, observed, { now: run.startedAt })
  const nothingLeft = of === 'the rest' && plan.kind === 'none'
  if (nothingLeft) {
    run.ci.info(plan.summary)
    return plan
  }
  run.progress.plan = plan
  for (const line of planLines(plan)) run.ci.info(line)
  for (const warning of plan.warnings ?? []) run.ci.warning(warning)
  if (plan.kind === 'blocked') throw blockedFailure(plan)
  const digest = planDigest(plan, desired)
  run.progress.planDigest = digest
  run.ci.info(`plan digest: ${digest}`)
  run.ci.notice(plan.kind === 'none' ? 'the plan changes nothing' : `plan: ${plan.summary}`)
  if (desired.operation === 'deploy') checkExpected(digest, desired.expectPlan, of)
  return plan
}

/** Throws Failure where a plan was expected that is not this one. */
export const checkExpected = (digest: string, expected: string, of: 'all' | 'the rest' = 'all'): void => {
  if (expected === '' || expected === digest) return
  throw new Failure({
    what: 'the plan is not the one that expect-plan names',
    why:
      of === 'the rest'
        ? 'that one is done, and what is left has to be planned and reviewed by itself'
        : `this plan has the digest ${digest}, expect-plan is ${expected}: the hosts, the cluster or the inputs have changed since`,
    state: of === 'the rest' ? 'what it said is done, and nothing else' : 'nothing was changed on any host',
    next: 'run operation plan again, review it, and give its plan-digest',
  })
}
