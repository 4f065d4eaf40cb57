import { formatDuration } from '../../time/duration.js'
import { list, table } from '../markdown.js'
import { diagram, plainName } from '../mermaid.js'
import type { Outcome } from '../outcome.js'
import { block, type Piece } from '../page.js'

/** More bars than that do not fit. */
const MOST_BARS = 12

/** What reads and writes took: a chart of the endpoints, and what the roll's own writer saw. */
export const latency = (outcome: Outcome): readonly Piece[] => {
  const pieces = [...reads(outcome), ...commits(outcome), ...gap(outcome)]
  return pieces.length === 0 ? [] : [block('### Latencies'), ...pieces]
}

const reads = ({ verdict }: Outcome): readonly Piece[] => {
  // What a read took that failed is the time that was given to it.
  const took = (verdict?.endpoints ?? []).flatMap(({ name, endpoint, healthy, tookMs }) =>
    tookMs === undefined || !healthy ? [] : [{ name: name || endpoint, ms: tookMs }],
  )
  return took.length < 2 || took.length > MOST_BARS ? [] : [bars('A read through each endpoint, ms', took)]
}

const commits = ({ commitLatencies }: Outcome): readonly Piece[] => {
  if (commitLatencies.length === 0) return []
  const rows = commitLatencies.map(({ endpoint, p50, p99, max }) => [
    endpoint,
    ...[p50, p99, max].map((ms) => ms.toFixed(1)),
  ])
  return [block('Commits, ms'), table(['Endpoint', 'p50', 'p99', 'Slowest'], rows)]
}

const gap = ({ writeGap }: Outcome): readonly Piece[] => {
  if (writeGap === undefined) return []
  const { longestMs, failed, limitMs } = writeGap
  const limit = limitMs === undefined ? '' : ` (max-write-gap allows ${formatDuration(limitMs)})`
  const turns = (writeGap.turns ?? []).slice(0, MOST_BARS)
  return [
    list([`Longest time without a write: ${formatDuration(longestMs)}${limit}; failed writes: ${failed}`]),
    ...(turns.length < 2
      ? []
      : [bars('Longest time without a write in the turn of each member, ms', turns, limitMs)]),
  ]
}

interface Bar {
  readonly name: string
  readonly ms: number
}

/** A line at `limitMs`, where it is not too far away to be shown with them. */
const bars = (title: string, values: readonly Bar[], limitMs?: number): Piece => {
  const highest = Math.max(...values.map(({ ms }) => ms), 0.1)
  const limit = limitMs !== undefined && limitMs <= 4 * highest ? limitMs : undefined
  const top = Math.max(highest, limit ?? 0) * 1.1
  return diagram(
    [
      ...['  xyChart:', `    height: ${100 + 28 * values.length}`, '    width: 760', '    titleFontSize: 15'],
      ...['  themeVariables:', '    xyChart:', "      plotColorPalette: '#6b7fd7, #cf222e'"],
    ],
    [
      'xychart-beta horizontal',
      `  title "${title}"`,
      `  x-axis [${values.map(({ name, ms }) => `"${plainName(name)} ${number(ms)}"`).join(', ')}]`,
      `  y-axis 0 --> ${number(top)}`,
      `  bar [${values.map(({ ms }) => number(ms)).join(', ')}]`,
      ...(limit === undefined ? [] : [`  line [${values.map(() => number(limit)).join(', ')}]`]),
    ],
  )
}

const number = (ms: number): string => (ms >= 100 ? ms.toFixed(0) : ms.toFixed(1))
