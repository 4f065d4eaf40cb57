import { formatDuration } from '../time/duration.js'
import { codeBlock, escaped, list } from './markdown.js'
import type { Outcome } from './outcome.js'
import { block, layOut, type Piece } from './page.js'
import { gates } from './summary/gates.js'
import { latency } from './summary/latency.js'
import { members } from './summary/members.js'
import { planned } from './summary/plan.js'
import { timeline } from './summary/timeline.js'
import { verdictLine } from './summary/verdict-line.js'

/** GitHub refuses a step summary of more than 1 MiB as a whole; the rest is for other text of the same step. */
const MOST_BYTES = 900 * 1024

/** The job summary as markdown, below 1 MiB: verdict first, then what a person needs most. */
export const renderSummary = (outcome: Outcome): string =>
  layOut(
    [
      block(`## ${escaped(verdictLine(outcome))}`),
      ...failed(outcome),
      ...service(outcome),
      ...members(outcome),
      ...listed('Problems', problems(outcome)),
      ...listed('Warnings', outcome.warnings),
      ...listed('Notes', outcome.verdict?.notes),
      ...gates(outcome),
      ...timeline(outcome),
      ...latency(outcome),
      ...snapshot(outcome),
      ...planned(outcome),
      ...facts(outcome),
    ],
    MOST_BYTES,
  )

/** What was listed in the failure, a line each, stays a list; what to do stands by itself. */
const failed = ({ failure, next }: Outcome): readonly Piece[] => {
  if (failure === undefined) return []
  const [first = '', ...items] = withoutNext(failure, next).split('\n- ')
  return [
    block(`**Failed:** ${escaped(first)}`),
    ...(items.length === 0 ? [] : [list(items)]),
    ...(next === undefined ? [] : [block(`**How to go on:** ${escaped(next)}.`)]),
  ]
}

/** Folded, as its journal may be long. */
const service = ({ service: shown }: Outcome): readonly Piece[] =>
  shown === undefined
    ? []
    : [{ title: escaped(`What ${shown.member} says`), pieces: [codeBlock('text', shown.lines)] }]

/** The sentence ends with it, before what is listed. */
const withoutNext = (failure: string, next: string | undefined): string => {
  const end = next === undefined || next === '' ? -1 : failure.lastIndexOf(`; ${next}`)
  return end === -1 ? failure : failure.slice(0, end) + failure.slice(end + `; ${next}`.length)
}

/** One alone is in the failure sentence already. */
const problems = ({ verdict, failure }: Outcome): readonly string[] => {
  const all = verdict?.problems ?? []
  return all.length === 1 && failure?.includes(all[0]!) ? [] : all
}

const listed = (title: string, items: readonly string[] = []): readonly Piece[] =>
  items.length === 0 ? [] : [block(`### ${title}`), list(items)]

const snapshot = ({ snapshot: taken }: Outcome): readonly Piece[] =>
  taken === undefined
    ? []
    : [
        block('### Snapshot'),
        list([`On ${taken.member}: ${taken.path}, revision ${taken.revision}, SHA-256 ${taken.sha256}`]),
      ]

const facts = ({ startedAt, timings, verdict, certificateDaysLeft, runUrl }: Outcome): readonly Piece[] => {
  const total = timings.reduce((sum, { ms }) => sum + ms, 0)
  const said = [
    `Started ${startedAt}`,
    ...(total > 0 ? [`took ${formatDuration(total)}`] : []),
    ...(verdict?.clusterId ? [`cluster ${verdict.clusterId}`] : []),
    ...(certificateDaysLeft === undefined ? [] : [`certificates last ${certificateDaysLeft} more days`]),
  ].map(escaped)
  const link = runUrl !== undefined && /^https?:\/\/[\w.:/-]+$/.test(runUrl) ? [`[run](${runUrl})`] : []
  return [block([...said, ...link].join(' · '))]
}
