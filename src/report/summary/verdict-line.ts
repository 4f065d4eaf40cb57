import { count } from '../../cluster/count.js'
import { headline } from '../lines.js'
import type { Outcome } from '../outcome.js'

/** The one line that a tired person reads: a sign, the operation, what it came to. Not escaped. */
export const verdictLine = (outcome: Outcome): string => `${signOf(outcome)} etcd ${said(outcome)}`

/** A plan does not ask the cluster how it is. */
const signOf = ({ operation, healthy, failure, cancelled }: Outcome): string =>
  cancelled ? '🛑' : failure === undefined && (healthy || operation === 'plan') ? '✅' : '❌'

const said = (outcome: Outcome): string => {
  const { operation, failure, cancelled, changed, plan, verdict, roll } = outcome
  if (cancelled) return `${operation} was cancelled: ${stateOf(outcome)}`
  if (failure === undefined) return `${operation}: ${success(outcome)}`
  if (plan?.kind === 'blocked') return `${operation} refused: ${plan.summary}`
  if (verdict !== undefined) return `${operation}: ${headline(outcome)}`
  if (roll === undefined && !changed) return `${operation} failed: nothing was changed`
  return `${operation} failed: ${stateOf(outcome)}`
}

/** How far it came. */
const stateOf = ({ changed, roll }: Outcome): string => {
  if (roll === undefined) return changed ? 'hosts were changed, but not all was done' : 'nothing was changed'
  const { rolled, reverted, untouched } = roll
  return [
    ...(reverted === undefined ? [] : [`${reverted} was put back`]),
    `${count(rolled.length, 'member')} rolled`,
    ...(untouched.length === 0 ? [] : [`${untouched.length} not touched`]),
  ].join(', ')
}

const success = (outcome: Outcome): string => {
  const { operation, plan, verdict, changed, roll } = outcome
  if (operation !== 'deploy' || !changed || verdict === undefined) return headline(outcome)
  const health = headline({ ...outcome, operation: 'health' })
  if (plan?.kind === 'bootstrap') return `${health}, ${plan.summary}`
  const rolled = roll?.rolled.length ?? 0
  if (rolled === 0) return `${health}, changed without a restart`
  const members = count(rolled, 'member')
  const from = [...new Set(plan?.upgrade?.from.map(({ version }) => version).filter((text) => text !== ''))]
  return plan?.upgrade === undefined || from.length === 0
    ? `${health}, ${members} restarted one at a time`
    : `${health}, ${members} brought from ${from.join(' and ')} to ${plan.upgrade.to}, one at a time`
}
