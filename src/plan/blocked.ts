import { Failure } from '../failure.js'
import type { Difference, Finding, Plan } from './plan.js'

/** A plan that stops the run, for these reasons. */
export const blocked = (
  summary: string,
  { differences = [], findings = [] }: Partial<Pick<Plan, 'differences' | 'findings'>>,
): Plan => ({ kind: 'blocked', steps: [], differences, findings, summary })

/** What every refusal to touch an existing cluster says. */
export const UNCHANGED_CLUSTER =
  'this version does not change an existing cluster: make the inputs say what is there, or bring the cluster to what they say'

/** The failure of a run whose plan is blocked: one sentence that names everything that blocks it. */
export const blockedFailure = (plan: Plan): Failure =>
  new Failure({
    what: plan.summary,
    state: 'nothing was changed on any host',
    next: plan.differences.length > 0 ? UNCHANGED_CLUSTER : 'put right what is listed here, then run again',
    each: [...plan.differences.map(describeDifference), ...plan.findings.map(describeFinding)],
    member: plan.differences.find(({ what }) => what === 'service')?.member,
  })

/** `etcd-1: version: ...` */
export const describeDifference = ({ member, what, detail }: Difference): string =>
  `${member}: ${what}: ${detail}`

/** `etcd-1 cannot ...: do this`: problem and remedy of one host belong together. */
export const describeFinding = ({ member, problem, next }: Finding): string =>
  `${member}: ${problem} (${next})`
