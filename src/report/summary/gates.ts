import {
  CLUSTER_CONDITIONS,
  MEMBER_CONDITIONS,
  type PhaseSpan,
  type RollPhase,
} from '../../cluster/roll-phase.js'
import { raisedIn } from '../../cluster/raised.js'
import { formatDuration } from '../../time/duration.js'
import { list, table } from '../markdown.js'
import type { Outcome } from '../outcome.js'
import { block, type Piece } from '../page.js'

/** The gates that a member passes, with the conditions of each. */
const GATES: readonly (readonly [phase: RollPhase, title: string, conditions: readonly string[]])[] = [
  ['gate', 'Others healthy before', CLUSTER_CONDITIONS],
  ['join', 'Healthy after its restart', MEMBER_CONDITIONS],
  ['soak', 'Stayed healthy', MEMBER_CONDITIONS],
  ['gate after', 'All healthy after', CLUSTER_CONDITIONS],
]

/** Which gates held; of one that did not, which condition, why, and what had held before it. */
export const gates = (outcome: Outcome): readonly Piece[] =>
  outcome.phases === undefined ? ofHealth(outcome) : ofRoll(outcome.phases)

const ofRoll = (phases: readonly PhaseSpan[]): readonly Piece[] => {
  const members = [...new Set(phases.map(({ member }) => member).filter((name) => name !== ''))]
  const failed = phases.filter(({ ok, verdict }) => !ok && verdict?.ok === false)
  if (members.length === 0 && failed.length === 0) return []
  const spansOf = (member: string, gate: RollPhase): readonly PhaseSpan[] =>
    phases.filter((span) => span.member === member && span.phase === gate)
  return [
    block('### Gates'),
    ...(members.length === 0
      ? []
      : [
          table(
            ['Member', ...GATES.map(([, title]) => title)],
            members.map((member) => [member, ...GATES.map(([gate]) => cellOf(spansOf(member, gate)))]),
          ),
        ]),
    ...(failed.length === 0 ? [] : [list(failed.flatMap(reasonOf))]),
    {
      title: 'What a gate looks at',
      pieces: [
        table(
          ['Gate', 'Conditions, in this order'],
          [
            ['of one member', MEMBER_CONDITIONS.join(', ')],
            ['of the cluster', CLUSTER_CONDITIONS.join(', ')],
          ],
        ),
      ],
    },
  ]
}

const cellOf = (spans: readonly PhaseSpan[]): string => {
  const ms = spans.reduce((sum, { from, to }) => sum + to - from, 0)
  const last = spans.at(-1)
  if (!last) return '–'
  if (last.ok) return `✅ ${formatDuration(ms)}`
  const condition = last.verdict?.condition
  return `❌ ${formatDuration(ms)}${condition ? `: "${condition}" did not hold` : ''}`
}

const reasonOf = ({ member, phase, verdict }: PhaseSpan): readonly string[] => {
  const gate = GATES.find(([name]) => name === phase)
  const conditions = gate?.[2] ?? []
  const at = conditions.indexOf(verdict?.condition ?? '')
  const where = `${member === '' ? 'The cluster' : member}, ${(gate?.[1] ?? phase).toLowerCase()}`
  return [
    `${where}: ${verdict?.condition ? `condition "${verdict.condition}" did not hold: ` : ''}${verdict?.reason ?? ''}`,
    ...(at > 0 ? [`Held before that: ${conditions.slice(0, at).join(', ')}`] : []),
    ...(at >= 0 && at < conditions.length - 1
      ? [`Not looked at any more: ${conditions.slice(at + 1).join(', ')}`]
      : []),
  ]
}

/** What a verdict without a roll rests on. */
const ofHealth = ({ verdict }: Outcome): readonly Piece[] => {
  if (verdict === undefined) return []
  const { endpoints, clusterId, leader, problems } = verdict
  const well = endpoints.filter(({ healthy }) => healthy).length
  const alarms = raisedIn(verdict).map(({ alarm, by }) => `${alarm} of ${by}`)
  const led = leader === '' ? 'no' : endpoints.find(({ memberId }) => memberId === leader)?.name || leader
  const conditions: readonly (readonly [string, boolean, string])[] = [
    ['Every endpoint is healthy', well === endpoints.length, `${well} of ${endpoints.length}`],
    ['All agree on one cluster', clusterId !== '', clusterId || 'no'],
    ['All agree on one leader', leader !== '', led],
    ['No alarm is raised', alarms.length === 0, alarms.join(', ') || 'none'],
  ]
  const others = conditions.every(([, held]) => held) ? problems : []
  return [
    block('### Gates'),
    table(
      ['Condition', 'Held', 'What was seen'],
      [...conditions, ...others.map((problem) => ['Nothing else is wrong', false, problem] as const)].map(
        ([condition, held, seen]) => [condition, held ? '✅' : '❌', seen],
      ),
    ),
  ]
}
