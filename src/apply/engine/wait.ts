import { clauseOf } from '../../failure.js'
import type { Verdict } from './judge-member.js'
import { judged } from './phase.js'
import type { ClusterView } from './port.js'
import { look, type Work } from './work.js'

export interface Patience {
  /** When to give up, by the world's clock. */
  readonly until: number
  /** How long it has to pass without a break; at least two looks, where this is given. */
  readonly steadyMs?: number
  /**
   * What a cancel does. `stop` (default): no look is made any more. `finish`: goes on while there is a chance to pass within
   * `cancelGraceMs`. `shorten`: goes on for `cancelGraceMs` at the most.
   */
  readonly onCancel?: 'stop' | 'finish' | 'shorten'
  /** Told each time a look passes after one that did not, with the time at which that look began. */
  readonly onPass?: (at: number) => void
}

export interface Waited {
  readonly verdict: Verdict
  /** The last look that came back; undefined: none did. */
  readonly view: ClusterView | undefined
  readonly cancelled: boolean
}

/**
 * Looks again and again until `judge` passes and has kept passing, says that waiting will not help, or the time is over. A look
 * that fails is one that does not pass. Never throws.
 */
export const waitFor = async (
  work: Work,
  judge: (view: ClusterView, index: string | undefined) => Verdict,
  { until, steadyMs, onCancel = 'stop', onPass }: Patience,
): Promise<Waited> => {
  const { world, policy } = work
  const samples = steadyMs === undefined ? 1 : 2
  let view: ClusterView | undefined
  let verdict: Verdict = { ok: false, reason: 'not looked at yet', member: 'the cluster', final: false }
  let passes = 0
  let since = 0
  const began = world.now()
  const end = () => {
    if (work.cancelledAt === undefined || onCancel === 'stop') return until
    const from = onCancel === 'shorten' ? Math.max(began, work.cancelledAt) : work.cancelledAt
    return Math.min(until, from + policy.cancelGraceMs)
  }
  const earliest = () => (passes > 0 ? since : world.now()) + (steadyMs ?? 0)
  for (;;) {
    const cancelled = work.cancelledAt !== undefined && onCancel !== 'shorten'
    if (cancelled && (onCancel === 'stop' || earliest() > end())) return { verdict, view, cancelled }
    const started = world.now()
    try {
      const seen = await look(work)
      view = seen.view
      verdict = judge(view, seen.index)
    } catch (error) {
      verdict = { ok: false, reason: clauseOf(error), member: 'the cluster', final: false }
    }
    judged(work, verdict)
    if (verdict.ok) {
      // From the start of the first look to the start of this one: what lies between was surely so.
      if (passes === 0) onPass?.(started)
      if (passes++ === 0) since = started
      if (passes >= samples && started - since >= (steadyMs ?? 0)) return { verdict, view, cancelled: false }
    } else {
      passes = 0
      if (verdict.final) return { verdict, view, cancelled: false }
    }
    if (world.now() + policy.pollMs > end()) {
      const unsteady: Verdict = {
        ok: false,
        reason: 'it was healthy, but not for long enough in the time there was',
        member: 'the cluster',
        final: false,
      }
      return { verdict: verdict.ok ? unsteady : verdict, view, cancelled }
    }
    await world.sleep(policy.pollMs, work.signal.aborted ? undefined : work.signal)
  }
}
