import { count } from '../../cluster/count.js'
import type { FileChange, Plan } from '../../plan/plan.js'
import { stepTitle } from '../lines.js'
import { codeBlock, escaped, list, table } from '../markdown.js'
import type { Outcome } from '../outcome.js'
import { block, type Piece } from '../page.js'

/** Files with the same difference are shown once; more than that are not shown. */
const MOST_FILES = 40

/** The plan with its file differences, folded away where something else is more important; what blocks it is not. */
export const planned = (outcome: Outcome): readonly Piece[] => {
  const { plan, operation, changed, failure } = outcome
  if (plan === undefined) return []
  const blocks = [
    ...rows(
      ['Member', 'Differs in', 'How'],
      plan.differences.map((of) => [of.member, of.what, of.detail]),
    ),
    ...rows(
      ['Member', 'Problem', 'What to do'],
      plan.findings.map((of) => [of.member, of.problem, of.next]),
    ),
  ]
  if (operation === 'plan' || plan.kind === 'blocked')
    return [block('### Plan'), block(escaped(plan.summary)), ...blocks, ...detailsOf(outcome, plan)]
  // After a failure it is not known here how far the steps came, so they are not called changes.
  const title = changed && failure === undefined ? 'What changed' : 'Plan'
  const summary = `<b>${title}</b>: ${escaped(plan.summary)} (${count(plan.steps.length, 'step')})`
  if (plan.steps.length === 0 && blocks.length === 0) return [block(`**Plan:** ${escaped(plan.summary)}`)]
  return [{ title: summary, pieces: [...blocks, ...detailsOf(outcome, plan)] }]
}

const detailsOf = ({ planDigest }: Outcome, plan: Plan): readonly Piece[] => [
  ...(plan.quorum === undefined ? [] : [block(escaped(plan.quorum.note))]),
  ...rows(
    ['#', 'Step', 'Reason'],
    plan.steps.map((step, index) => [String(index + 1), stepTitle(step), step.reason]),
  ),
  ...(plan.notes === undefined ? [] : [list(plan.notes)]),
  ...filesOf(plan.files ?? []),
  ...(planDigest === undefined ? [] : [block(`Plan digest: ${escaped(planDigest)}`)]),
]

const filesOf = (files: readonly FileChange[]): readonly Piece[] => {
  const shown = files.slice(0, MOST_FILES)
  const left = files.length - shown.length
  return [
    ...shown.flatMap(({ member, path, diff }) => [
      block(escaped(`${member}: ${path}`)),
      codeBlock('diff', diff),
    ]),
    ...(left === 0 ? [] : [block(`… and ${left} more files.`)]),
  ]
}

const rows = (head: readonly string[], body: readonly (readonly string[])[]): readonly Piece[] =>
  body.length === 0 ? [] : [table(head, body)]
