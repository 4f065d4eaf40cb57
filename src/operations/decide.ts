import { randomBytes } from 'node:crypto'
import type { Desired } from '../cluster/desired.js'
import type { Observed } from '../cluster/observed.js'
import { Failure } from '../failure.js'
import { adviceOn } from '../inputs/release-advice.js'
import { blockedFailure } from '../plan/blocked.js'
import { planDigest } from '../plan/digest.js'
import { planFor } from '../plan/make-plan.js'
import type { Plan } from '../plan/plan.js'
import { NEW_TOKEN, withToken } from '../plan/token-meant.js'
import { planLines } from '../report/lines.js'
import type { Run } from '../run/run.js'

/** What is to be done, and for what. */
export interface Decision {
  readonly plan: Plan
  /** With everything that the inputs leave out. */
  readonly desired: Desired
}

/**
 * What is to be done, printed and kept for the report with its digest. Throws Failure where the plan is blocked, and in
 * `deploy` where it is not the one that `expect-plan` names. `the rest`: what is left once the plan that came first is done; where
 * nothing is, that one stays the plan of the run.
 */
export const decide = (run: Run, observed: Observed, of: 'all' | 'the rest' = 'all'): Decision => {
  const asked = run.inputs.desired
  const { plan, desired, says } = planFor(asked, observed, { now: run.startedAt })
  if (of === 'the rest' && plan.kind === 'none') {
    run.ci.info(plan.summary)
    return { plan, desired }
  }
  run.progress.plan = plan
  for (const line of says) run.ci.info(line)
  const advice = asked.release.version === '' ? adviceOn(desired.release.version) : undefined
  if (advice !== undefined) run.ci.warning(advice)
  for (const line of planLines(plan)) run.ci.info(line)
  for (const warning of plan.warnings ?? []) run.ci.warning(warning)
  if (plan.kind === 'blocked') throw blockedFailure(plan)
  // A token that nobody asked for is in no plan: it is made, or found, when the plan is carried out.
  const digest = planDigest(plan, { ...desired, etcd: asked.etcd })
  run.progress.planDigest = digest
  run.ci.info(`plan digest: ${digest}`)
  run.ci.notice(plan.kind === 'none' ? 'the plan changes nothing' : `plan: ${plan.summary}`)
  if (asked.operation === 'deploy') checkExpected(digest, asked.expectPlan, of)
  return { plan, desired: withTokenOfItsOwn(desired) }
}

/** 128 random bits for the token of a new cluster, so that it is never taken for one that was at these addresses before. */
const withTokenOfItsOwn = (desired: Desired): Desired =>
  desired.etcd.clusterToken === NEW_TOKEN ? withToken(desired, randomBytes(16).toString('hex')) : desired

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
