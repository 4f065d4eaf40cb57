import { clauseOf, sentenceOf, withoutStop } from '../../failure.js'
import { minorOf } from '../../cluster/version.js'
import { formatDuration } from '../../time/duration.js'
import { confirm } from './confirm.js'
import { PASSED, type Verdict } from './judge-member.js'
import { judgeSteady, sickOf } from './judges.js'
import { enter, leave } from './phase.js'
import type { ClusterView } from './port.js'
import { stopped, type RollFailure } from './stop.js'
import { isSilent } from './view.js'
import { waitFor } from './wait.js'
import { whyUnhealthy } from './why.js'
import { versionOf, type Work } from './work.js'

/** A member between arming and confirming. */
export interface InHand {
  readonly member: string
  /** What it served before; undefined where it did not. */
  readonly version: string | undefined
  /** When its host puts it back by itself, by the world's clock, at the latest. */
  readonly armedUntil: number
  /** Its process before it was touched; 0: none ran, undefined: not known. */
  readonly pid?: number | undefined
}

const ATTEMPTS = 3
/** Confirmed this long before the timer fires, or not at all. */
export const RESERVE_MS = 15_000

/** Why a member is put back. */
export interface Trouble {
  readonly what: string
  readonly why?: string
  /** Another member, which that reason is about. */
  readonly blames?: string
  readonly cause?: unknown
  /** The last look. */
  readonly seen?: ClusterView | undefined
  /** It runs, or may run, on the new files; true where nothing is said. */
  readonly started?: boolean
  /** Not by us, but by systemd, as its process had ended: what runs now may run on the new files, and serve. */
  readonly startedAgain?: boolean
}

/**
 * Puts the member in hand back and waits until it is healthy as it was. Resolves with the failure to throw, which says what became
 * of it; never throws itself.
 */
export const reverted = async (
  work: Work,
  hand: InHand,
  { what, why: reason, blames, cause, seen, started = true, startedAgain = false }: Trouble,
): Promise<RollFailure> => {
  const { world } = work
  const { member } = hand
  leave(work, false)
  const cancelled = work.cancelledAt !== undefined
  const silent = seen !== undefined && isSilent(seen, member)
  // A cancelled run has no time to ask; before its restart a member has nothing to say.
  const shown = started && !cancelled && !silent && reason !== undefined
  const why = shown ? await whyUnhealthy(work, member, reason, seen) : reason
  const stop = {
    ...{ what, why, blames, cause, member, inHand: true, shown },
    cancelled: cancelled && reason === undefined,
  }
  if (isPastReturn(work, hand, seen)) {
    const kept = (await confirm(work, hand)) === 'confirmed'
    return stopped(work, {
      ...stop,
      state: `it was not put back, as the cluster has moved to ${seen?.clusterVersion} and refuses the version before${kept ? '' : '; its host could not be told so and may still try'}`,
    })
  }
  const obstacle = started || startedAgain ? await obstacleTo(work, hand) : undefined
  if (obstacle?.silent)
    return stopped(work, { ...stop, state: `its host does not answer; ${byItself(work, hand)}` })
  if (obstacle) {
    const kept = (await confirm(work, hand)) === 'confirmed'
    return stopped(work, {
      ...{ ...stop, blames: obstacle.member },
      state: `it serves and was not put back, as that would take a second member down while another one is unhealthy (${obstacle.reason})${kept ? '' : '; its host could not be told so and may still do it'}`,
    })
  }
  enter(work, member, 'put back')
  world.say(`putting ${member} back: ${why ?? what}`)
  const error = await revert(work, member)
  if (error !== undefined) {
    return stopped(work, { ...stop, state: `it could not be put back (${error}); ${byItself(work, hand)}` })
  }
  const state = await stateAfter(work, hand)
  leave(work, work.now?.verdict?.ok === true)
  return stopped(work, { ...stop, reverted: true, state })
}

const byItself = ({ world }: Work, { armedUntil }: InHand): string =>
  `its host puts it back by itself within ${formatDuration(Math.max(0, armedUntil - world.now()))}`

/** Why a member is not put back. `silent`: its host does not answer, so that nobody knows whether it serves. */
interface Obstacle {
  readonly reason: string
  /** Who is unhealthy. */
  readonly member: string
  readonly silent: boolean
}

/**
 * A member that serves, or may serve, though not as it should, is not taken down while another one is unhealthy: that one is waited
 * for as long as the timer allows. undefined: nothing is in the way.
 */
const obstacleTo = async (work: Work, { member, armedUntil }: InHand): Promise<Obstacle | undefined> => {
  const judge = (view: ClusterView, index: string | undefined): Verdict => {
    const sick = sickOf(work, view, index)
    const other = sick.find((each) => each.member !== member)
    const fails = sick.some((each) => each.member === member) && !isSilent(view, member)
    return other === undefined || fails ? PASSED : { ok: false, ...other, final: false }
  }
  const patience = { until: armedUntil - RESERVE_MS, onCancel: 'shorten' } as const
  const { verdict, view } = await waitFor(work, judge, patience)
  if (verdict.ok || !view) return undefined
  const reason = `${verdict.member}: ${verdict.reason}`
  return { reason, member: verdict.member, silent: isSilent(view, member) }
}

/**
 * Waits for a member that was put back, until it has been healthy for as long as a rolled one has to be; one clause on how it is.
 * This is waited for in a run that is cancelled too, but not long: a healthy look is enough there.
 */
export const stateAfter = async (work: Work, { member, version }: InHand): Promise<string> => {
  const { world, policy, task, ids } = work
  const want = { name: member, clusterId: task.clusterId, memberId: ids.get(member), version }
  const steady = work.cancelledAt === undefined ? { steadyMs: policy.soakMs } : {}
  const { verdict, view } = await waitFor(work, judgeSteady(work, want), {
    until: world.now() + policy.timeoutMs + policy.soakMs,
    ...steady,
    onCancel: 'shorten',
  })
  await world.audit(member, 'put back').catch((error: unknown) => world.say(sentenceOf(error)))
  if (!verdict.ok) {
    const { reason, final } = verdict
    const why = work.cancelledAt === undefined ? await whyUnhealthy(work, member, reason, view) : reason
    return `it was put back, but ${final ? 'that did not heal it' : 'is not healthy yet'}: ${withoutStop(why)}`
  }
  return `it was put back and is healthy${version === undefined ? '' : ` with ${version}`}`
}

/** The error of the last attempt; undefined: done. */
export const revert = async ({ world, policy }: Work, member: string): Promise<string | undefined> => {
  let why: string | undefined
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await world.sleep(policy.pollMs)
    try {
      await world.revert(member)
      return undefined
    } catch (error) {
      why = clauseOf(error)
    }
  }
  return why
}

/** Once all members run a new minor, the cluster moves to it within seconds, and the old binary refuses to start. */
const isPastReturn = (work: Work, { member, version }: InHand, seen: ClusterView | undefined): boolean => {
  if (!work.task.minorUpgrade || version === undefined) return false
  const asked = minorOf(versionOf(work, member))
  return minorOf(version) !== asked && minorOf(seen?.clusterVersion ?? '') === asked
}
