import type { PhaseSpan, RollPhase } from '../../cluster/roll-phase.js'
import { formatDuration } from '../../time/duration.js'
import { diagram, plainName } from '../mermaid.js'
import type { Outcome } from '../outcome.js'
import { block, type Piece } from '../page.js'

/** More rows than that, and nobody reads them; the longest are kept. */
const MOST_ROWS = 110
/** Shorter ones that went well are no news. Milliseconds. */
const LEAST_MS = 5
const LEAST_OF_CLUSTER_MS = 250

const NAMES: Readonly<Record<RollPhase, string>> = {
  settle: 'settle earlier run',
  gate: 'gate before',
  'before-member': 'before-member hook',
  'hand over': 'hand over leadership',
  arm: 'arm timer',
  swap: 'swap files',
  restart: 'restart',
  prove: 'prove on the wire',
  join: 'become healthy',
  soak: 'soak',
  confirm: 'confirm',
  'gate after': 'gate after',
  'after-member': 'after-member hook',
  'put back': 'PUT BACK',
  look: 'first look',
  choose: 'wait for next',
  'compare data': 'compare data',
  'whole cluster': 'whole cluster',
}

/** How mermaid draws a bar: a failure red, waiting grey, the way back bordered. */
const tagOf = ({ ok, phase }: PhaseSpan): string => {
  if (!ok) return 'crit, '
  if (phase === 'put back') return 'active, '
  return ['join', 'restart', 'hand over', 'swap', 'confirm', 'arm'].includes(phase) ? '' : 'done, '
}

interface Row {
  readonly section: string
  readonly name: string
  readonly tag: string
  readonly from: number
  readonly to: number
}

/** The run as a gantt chart: its parts, then a section for each member in the order they were touched. */
export const timeline = ({ timings, phases = [] }: Outcome): readonly Piece[] => {
  const parts = timings.map(({ label, from, ms, ok }): Row => {
    return { section: 'the run', name: label, tag: ok ? 'done, ' : 'crit, ', from, to: from + ms }
  })
  const spans = phases.filter(isNews).map((span): Row => {
    const section = span.member === '' ? 'the cluster' : span.member
    return { section, name: NAMES[span.phase], tag: tagOf(span), from: span.from, to: span.to }
  })
  const rows = longest([...parts, ...spans])
  if (rows.length === 0) return []
  const start = Math.min(...rows.map(({ from }) => from))
  const total = Math.max(...rows.map(({ to }) => to)) - start
  const sections = [...new Set(rows.map(({ section }) => section))]
  return [
    block('### Timeline'),
    diagram(
      ['  gantt:', '    barHeight: 16', '    barGap: 3', '    fontSize: 11', '    leftPadding: 130'],
      [
        'gantt',
        '  dateFormat YYYY-MM-DD HH:mm:ss.SSS',
        `  axisFormat ${total >= 3_600_000 ? '%H:%M:%S' : '%M:%S'}`,
        `  tickInterval ${tickOf(total)}`,
        '  todayMarker off',
        ...sections.flatMap((section) => [
          `  section ${plainName(section)}`,
          ...rows.filter((row) => row.section === section).map((row) => lineOf(row, start)),
        ]),
      ],
    ),
  ]
}

const isNews = ({ ok, member, from, to }: PhaseSpan): boolean =>
  !ok || to - from >= (member === '' ? LEAST_OF_CLUSTER_MS : LEAST_MS)

const longest = (rows: readonly Row[]): readonly Row[] => {
  if (rows.length <= MOST_ROWS) return rows
  const byLength = [...rows].sort((a, b) => weight(b) - weight(a)).slice(0, MOST_ROWS)
  return rows.filter((row) => byLength.includes(row))
}

const weight = ({ tag, from, to }: Row): number => (tag.startsWith('crit') ? Infinity : to - from)

/** The duration is part of the name: bars of milliseconds cannot be told apart. */
const lineOf = ({ name, tag, from, to }: Row, start: number): string =>
  `  ${plainName(name).replace(WORD_OF_GANTT, '· $&')} ${formatDuration(to - from)} :${tag}${timeOf(from - start)}, ${timeOf(Math.max(to, from + 1) - start)}`

/** What a line of a gantt chart may not begin with (mermaid packages/mermaid/src/diagrams/gantt/parser/gantt.jison). */
const WORD_OF_GANTT =
  /^(?:acc|axis|call|click|date|excludes|gantt|href|inclu|section|tick|title|today|top|week|\d{4}-)/i

/** Of a day without an hour that is skipped; read and shown in the same zone, so that the axis begins at 0. */
const timeOf = (ms: number): string => new Date(BEGIN + ms).toISOString().replace('T', ' ').replace('Z', '')
const BEGIN = Date.UTC(2001, 0, 1)

const TICKS: readonly (readonly [seconds: number, name: string])[] = [
  ...([1, 2, 5, 10, 15, 30].map((seconds) => [seconds, `${seconds}second`]) as [number, string][]),
  ...([1, 2, 5, 10, 15, 30].map((minutes) => [minutes * 60, `${minutes}minute`]) as [number, string][]),
]
const MOST_TICKS = 12

const tickOf = (totalMs: number): string =>
  TICKS.find(([seconds]) => totalMs / 1000 / seconds <= MOST_TICKS)?.[1] ?? '1hour'
