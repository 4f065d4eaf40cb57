import type { EndpointHealth, HealthVerdict } from '../cluster/health.js'
import { formatDuration } from '../time/duration.js'
import { headline, stepTitle } from './lines.js'
import { codeBlock, escaped, table } from './markdown.js'
import type { Outcome } from './outcome.js'

/** GitHub refuses a step summary of more than 1 MiB as a whole; the rest is for other steps' text and our last line. */
const MOST_BYTES = 900 * 1024

/** The job summary as markdown, below 1 MiB: verdict first, then what a person needs most. */
export const renderSummary = (outcome: Outcome): string =>
  bounded([
    `## ${passed(outcome) ? '✅' : '❌'} etcd ${outcome.operation}: ${escaped(headline(outcome))}`,
    ...(outcome.failure === undefined ? [] : failureSection(outcome.failure)),
    ...membersSection(outcome.verdict),
    ...listSection('Problems', outcome.verdict?.problems ?? []),
    ...listSection('Notes', outcome.verdict?.notes ?? []),
    ...planSection(outcome),
    ...rollSection(outcome),
    ...listSection('Warnings', outcome.warnings),
    ...commitSection(outcome),
    ...timingsSection(outcome),
    ...factsSection(outcome),
  ])

/** A plan does not ask the cluster how it is. */
const passed = ({ operation, healthy, failure }: Outcome): boolean =>
  failure === undefined && (healthy || operation === 'plan')

/** What was listed in the failure, a line each, stays a list. */
const failureSection = (failure: string): readonly string[] => {
  const [first = '', ...items] = failure.split('\n- ')
  return [
    '',
    `**Failed:** ${escaped(first)}`,
    ...(items.length === 0 ? [] : ['', ...items.map((item) => `- ${escaped(item)}`)]),
  ]
}

const membersSection = (verdict: HealthVerdict | undefined): readonly string[] =>
  verdict === undefined || verdict.endpoints.length === 0
    ? []
    : [
        '',
        '### Members',
        '',
        ...table(
          ['Endpoint', 'Member', 'Health', 'Latency', 'Leader', 'Version', 'DB size'],
          verdict.endpoints.map((endpoint) => [
            endpoint.endpoint,
            [endpoint.name, endpoint.memberId].filter((text) => text !== '').join(' '),
            health(endpoint),
            endpoint.tookMs === undefined ? '' : `${endpoint.tookMs.toFixed(1)} ms`,
            endpoint.isLeader ? 'leader' : endpoint.isLearner ? 'learner' : '',
            endpoint.version,
            endpoint.version === '' ? '' : `${(endpoint.dbSize / 1024 / 1024).toFixed(1)} MiB`,
          ]),
        ),
      ]

const health = ({ healthy, error, alarms }: EndpointHealth): string =>
  [healthy ? 'healthy' : `unhealthy: ${error}`, ...alarms.map((alarm) => `alarm ${alarm}`)].join(', ')

const listSection = (title: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : ['', `### ${title}`, '', ...items.map((item) => `- ${escaped(item)}`)]

const planSection = ({ plan, planDigest, changed, failure }: Outcome): readonly string[] => {
  if (plan === undefined) return []
  // After a failure it is not known here how far the steps came, so they are not called changes.
  const title = changed && failure === undefined ? 'What changed' : 'Plan'
  return [
    ...['', `### ${title}`, '', escaped(plan.summary)],
    ...(plan.quorum === undefined ? [] : ['', escaped(plan.quorum.note)]),
    ...rows(
      ['Step', 'Reason'],
      plan.steps.map((step) => [stepTitle(step), step.reason]),
    ),
    ...rows(
      ['Member', 'Differs in', 'How'],
      plan.differences.map((of) => [of.member, of.what, of.detail]),
    ),
    ...rows(
      ['Member', 'Problem', 'What to do'],
      plan.findings.map((of) => [of.member, of.problem, of.next]),
    ),
    ...(plan.notes === undefined ? [] : ['', ...plan.notes.map((note) => `- ${escaped(note)}`)]),
    ...(plan.files ?? []).flatMap(({ member, path, diff }) => [
      ...['', escaped(`${member}: ${path}`), ''],
      ...codeBlock('diff', diff),
    ]),
    ...(planDigest === undefined ? [] : ['', `Plan digest: ${escaped(planDigest)}`]),
  ]
}

const rollSection = ({ writeGap, snapshot }: Outcome): readonly string[] => {
  const said = [
    ...(writeGap === undefined
      ? []
      : [
          `Longest time without a write: ${formatDuration(writeGap.longestMs)}; failed writes: ${writeGap.failed}`,
        ]),
    ...(snapshot === undefined
      ? []
      : [
          `Snapshot on ${snapshot.member}: ${snapshot.path}, revision ${snapshot.revision}, SHA-256 ${snapshot.sha256}`,
        ]),
  ]
  return listSection('Roll', said)
}

const commitSection = ({ commitLatencies }: Outcome): readonly string[] =>
  commitLatencies.length === 0
    ? []
    : [
        ...['', '### Commit latency, ms'],
        ...rows(
          ['Endpoint', 'p50', 'p99', 'max'],
          commitLatencies.map(({ endpoint, p50, p99, max }) => [
            endpoint,
            ...[p50, p99, max].map((ms) => ms.toFixed(1)),
          ]),
        ),
      ]

const timingsSection = ({ timings }: Outcome): readonly string[] =>
  timings.length === 0
    ? []
    : [
        ...['', '### Timings'],
        ...rows(
          ['Part', 'Took'],
          timings.map(({ label, ms }) => [label, formatDuration(ms)]),
        ),
      ]

const factsSection = ({ startedAt, verdict, certificateDaysLeft, runUrl }: Outcome): readonly string[] => [
  '',
  [
    `Started ${escaped(startedAt)}`,
    ...(verdict?.clusterId ? [`cluster ${escaped(verdict.clusterId)}`] : []),
    ...(certificateDaysLeft === undefined ? [] : [`certificates last ${certificateDaysLeft} more days`]),
    ...(runUrl === undefined ? [] : [escaped(runUrl)]),
  ].join(' · '),
]

const rows = (head: readonly string[], body: readonly (readonly string[])[]): readonly string[] =>
  body.length === 0 ? [] : ['', ...table(head, body)]

const bounded = (lines: readonly string[]): string => {
  let bytes = 0
  const kept = lines.findIndex((line) => (bytes += Buffer.byteLength(line) + 1) > MOST_BYTES)
  return kept === -1
    ? `${lines.join('\n')}\n`
    : `${lines.slice(0, kept).join('\n')}\n\nThe rest was cut: a summary may not be larger than 1 MiB. The report holds all of it.\n`
}
