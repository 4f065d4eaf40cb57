import type { HealthVerdict } from '../cluster/health.js'
import type { Outcome } from './outcome.js'

/** Every output of the action; a run sets all of them, whether it passes or fails. */
export const OUTPUT_NAMES = [
  'healthy',
  'latencies',
  'max-latency-ms',
  'commit-latencies',
  'endpoints',
  'cluster-id',
  'leader',
  'version',
  'members',
  'changed',
  'plan',
  'plan-digest',
  'plan-summary',
  'max-write-gap-ms',
  'failed-writes',
  'snapshot',
  'snapshot-sha256',
  'snapshot-revision',
  'certificate-days-left',
  'report',
  'failure',
] as const

export type OutputName = (typeof OUTPUT_NAMES)[number]

/**
 * The outputs of a run as text. What is not known is empty, and `{}`, `[]` or `null` in JSON outputs, so that
 * `fromJSON` in a workflow works after a failure too. Identifiers are lower-case hexadecimal.
 */
export const renderOutputs = (outcome: Outcome): Readonly<Record<OutputName, string>> => ({
  // A plan does not ask the cluster how it is.
  healthy: outcome.operation === 'plan' ? '' : String(outcome.healthy),
  latencies: JSON.stringify(Object.fromEntries(tookPairs(outcome.verdict))),
  'max-latency-ms': slowest(outcome.verdict),
  'commit-latencies': JSON.stringify(
    Object.fromEntries(
      outcome.commitLatencies.map(({ endpoint, p50, p99, max }) => [endpoint, { p50, p99, max }]),
    ),
  ),
  endpoints: JSON.stringify((outcome.verdict?.endpoints ?? []).map(endpointFields)),
  'cluster-id': outcome.verdict?.clusterId ?? outcome.plan?.clusterId ?? '',
  leader: outcome.verdict?.leader ?? '',
  version: outcome.verdict?.version ?? '',
  members: JSON.stringify(outcome.verdict?.members ?? []),
  changed: String(outcome.changed),
  plan: JSON.stringify(outcome.plan ?? null),
  'plan-digest': outcome.planDigest ?? '',
  'plan-summary': outcome.plan?.summary ?? '',
  'max-write-gap-ms': numberText(outcome.writeGap && Math.ceil(outcome.writeGap.longestMs)),
  'failed-writes': numberText(outcome.writeGap?.failed),
  snapshot: outcome.snapshot?.path ?? '',
  'snapshot-sha256': outcome.snapshot?.sha256 ?? '',
  'snapshot-revision': outcome.snapshot?.revision ?? '',
  'certificate-days-left': numberText(outcome.certificateDaysLeft),
  report: outcome.reportPath ?? '',
  failure: outcome.failure ?? '',
})

const tookPairs = (verdict: HealthVerdict | undefined): readonly (readonly [string, number])[] =>
  (verdict?.endpoints ?? []).flatMap(({ endpoint, tookMs }) =>
    tookMs === undefined ? [] : [[endpoint, tookMs]],
  )

const numberText = (value: number | undefined): string => (value === undefined ? '' : String(value))

const slowest = (verdict: HealthVerdict | undefined): string => {
  const took = tookPairs(verdict).map(([, ms]) => ms)
  return took.length === 0 ? '' : String(Math.max(...took))
}

const endpointFields = (of: HealthVerdict['endpoints'][number]) => ({
  endpoint: of.endpoint,
  name: of.name,
  memberId: of.memberId,
  healthy: of.healthy,
  // JSON drops undefined; a reader of the list should find the same keys in every row.
  tookMs: of.tookMs ?? null,
  isLeader: of.isLeader,
  isLearner: of.isLearner,
  version: of.version,
  dbSize: of.dbSize,
  raftTerm: of.raftTerm,
  raftIndex: of.raftIndex,
  alarms: of.alarms,
  error: of.error,
})
