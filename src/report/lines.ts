import type { HealthVerdict } from '../cluster/health.js'
import { healthLines } from '../cluster/verdict.js'
import type { Plan, Step } from '../plan/plan.js'
import { formatDuration } from '../time/duration.js'
import type { CommitLatency, Outcome } from './outcome.js'

/** The plan for the log: its summary, then steps in order with what changes in files, or all that blocks it. */
export const planLines = (plan: Plan): readonly string[] => [
  plan.summary,
  ...(plan.quorum === undefined ? [] : [`  ${plan.quorum.note}`]),
  ...plan.steps.map((step, index) => `  ${index + 1}. ${stepTitle(step)}: ${step.reason}`),
  ...(plan.notes ?? []).map((note) => `  note: ${note}`),
  ...(plan.files ?? []).flatMap(({ member, path, diff }) => [
    `  ${member}: ${path}`,
    ...diff.map((line) => `    ${line}`),
  ]),
  ...plan.differences.map(({ member, what, detail }) => `  - ${member}: ${what}: ${detail}`),
  ...plan.findings.map(({ member, problem, next }) => `  - ${member}: ${problem}; ${next}`),
]

/** What a step does and where, without its reason: "install release on etcd-10.0.0.1". */
export const stepTitle = (step: Step): string => {
  const does = step.kind.replaceAll('-', ' ')
  if (step.kind === 'start-members') return `${does} ${step.members.join(', ')}`
  if (step.kind === 'roll-member') return `${does} ${step.member} (${step.parts.join(', ')})`
  return `${does} on ${step.member}`
}

/**
 * The verdict in the words of the document's `etcdctl endpoint health`, in the order of `hosts`, then every problem
 * that those lines do not show.
 */
export const verdictLines = (verdict: HealthVerdict): readonly string[] => [
  ...healthLines(verdict),
  ...verdict.problems.map((problem) => `problem: ${problem}`),
  ...(verdict.notes ?? []).map((note) => `note: ${note}`),
]

/** The last line of the log: the failure sentence, or what the run came to. */
export const finalSentence = (outcome: Outcome): string => {
  if (outcome.failure !== undefined) return outcome.failure
  const total = outcome.timings.reduce((sum, { ms }) => sum + ms, 0)
  return `${headline(outcome)} (${formatDuration(total)}).`
}

/** The outcome in a few words, without full stop: "3 of 3 endpoints healthy, nothing changed". */
export const headline = ({ operation, healthy, changed, verdict, plan }: Outcome): string => {
  if (operation === 'plan') return plan?.summary ?? 'there is no plan'
  const change = operation === 'health' ? '' : changed ? ', hosts were changed' : ', nothing was changed'
  if (verdict === undefined) return `health of the cluster is not known${change}`
  const well = verdict.endpoints.filter((endpoint) => endpoint.healthy).length
  const agreed = healthy || well < verdict.endpoints.length ? '' : ', but the cluster is not healthy'
  return `${well} of ${verdict.endpoints.length} endpoints healthy${agreed}${change}`
}

/** One line an endpoint: what leased writes through it took. */
export const commitLines = (latencies: readonly CommitLatency[]): readonly string[] =>
  latencies.map(
    ({ endpoint, p50, p99, max }) =>
      `${endpoint} commits in ${p50.toFixed(1)} ms (p50), ${p99.toFixed(1)} ms (p99), ${max.toFixed(1)} ms (slowest)`,
  )
