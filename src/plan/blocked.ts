import { Failure } from '../failure.js'
import type { Difference, Finding, Plan } from './plan.js'

/** A plan that stops the run, for these reasons. */
export const blocked = (
  summary: string,
  { differences = [], findings = [] }: Partial<Pick<Plan, 'differences' | 'findings'>>,
): Plan => ({ kind: 'blocked', steps: [], differences, findings, summary })

/** Members that found each other take writes: they are not changed all at once, as a bootstrap would. */
const FINISH_FIRST =
  'finish the bootstrap with the inputs it was begun with, then deploy what is to be different'

/** The failure of a run whose plan is blocked: one sentence that names everything that blocks it. */
export const blockedFailure = (plan: Plan): Failure =>
  new Failure({
    what: plan.summary,
    state: 'nothing was changed on any host',
    next: plan.differences.length > 0 ? FINISH_FIRST : 'put right what is listed here, then run again',
    each: [...plan.differences.map(describeDifference), ...plan.findings.map(describeFinding)],
    member: plan.findings.find(({ down }) => down === true)?.member,
  })

/** `etcd-1: version: ...` */
export const describeDifference = ({ member, what, detail }: Difference): string =>
  `${member}: ${what}: ${detail}`

/** `etcd-1 cannot ...: do this`: problem and remedy of one host belong together. */
export const describeFinding = ({ member, problem, next }: Finding): string =>
  `${member}: ${problem} (${next})`
