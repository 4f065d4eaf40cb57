import { clauseOf, sentenceOf } from '../../failure.js'
import { confirm } from '../engine/confirm.js'
import { judgeRest, judgeSteady, wantOf } from '../engine/judges.js'
import { enter } from '../engine/phase.js'
import type { ClusterView } from '../engine/port.js'
import { reverted, RESERVE_MS, stateAfter, type InHand } from '../engine/revert.js'
import type { Pick } from './roll-member.js'
import { cancelledBefore, stopped, type RollFailure } from '../engine/stop.js'
import { memberOf } from '../engine/view.js'
import { waitFor } from '../engine/wait.js'
import type { Work } from '../engine/work.js'

/**
 * Shows with new connections that a member serves its new pair, and is taken with it by those in `beside`, as server and as client;
 * rejects with why not. `serves`: it serves clients too; without a quorum a member listens to its peers alone.
 */
export type Prove = (
  member: string,
  about: { readonly beside: readonly string[]; readonly serves: boolean },
) => Promise<void>

/** Time that the host's timer leaves besides that for becoming healthy and staying so: slow connections, a look or two. */
const SLACK_MS = 60_000
/** etcd reads the pair at each handshake: what is refused for as long as this stays refused. Milliseconds. */
const PROOF_MS = 10_000

/**
 * Exchanges the pair of one member: gate, timer, swap, proof on the wire, gate, soak, confirmation. A process that runs is not
 * restarted; one that ended for its pair is started. Throws RollFailure, before which the old pair is back, unless the member
 * was not touched.
 */
export const renewMember = async (work: Work, pick: Pick, prove: Prove): Promise<void> => {
  const { member } = pick
  const { world, policy } = work
  const view = await ready(work, pick)
  const seen = memberOf(view, member)
  const seconds = Math.ceil((policy.timeoutMs + policy.soakMs + SLACK_MS) / 1000)
  const hand: InHand = {
    member,
    version: seen?.status?.version,
    armedUntil: world.now() + seconds * 1000,
    pid: seen?.mainPid,
  }
  await exchange(work, pick, hand, { seconds, prove })
  if (!isCutOff(work, member)) await staysHealthy(work, pick, hand, view)
  await gateAndConfirm(work, hand)
  work.rolled.push(member)
  world.say(`${member}: its new certificate is served and taken, confirmed`)
  await world
    .audit(member, 'certificate renewed, without a restart')
    .catch((error: unknown) =>
      world.say(`${member}: the line for its journal was lost: ${sentenceOf(error)}`),
    )
}

const isCutOff = ({ task }: Work, member: string): boolean =>
  task.members.some(({ name, cutOff }) => name === member && cutOff === true)

/** Everything else is healthy; a member that is cut off is down already, and waits for nobody. */
const ready = async (work: Work, { member, sick }: Pick): Promise<ClusterView> => {
  enter(work, member, 'gate')
  const until = work.world.now() + work.policy.timeoutMs
  const judge = isCutOff(work, member) ? () => ({ ok: true }) as const : judgeRest(work, sick)
  const { verdict, view, cancelled } = await waitFor(work, judge, { until })
  if (cancelled) throw cancelledBefore(work, `${member} was touched`)
  if (verdict.ok && view) return view
  throw stopped(work, {
    what: `the cluster is not healthy, so the certificate of ${member} was not exchanged`,
    member: verdict.ok || verdict.member === 'the cluster' ? undefined : verdict.member,
    why: verdict.ok ? undefined : verdict.reason,
  })
}

interface Exchange {
  readonly seconds: number
  readonly prove: Prove
}

/** Arms, swaps, has it proven. Any failure leaves an unknown outcome: the old pair is put back. */
const exchange = async (
  work: Work,
  pick: Pick,
  hand: InHand,
  { seconds, prove }: Exchange,
): Promise<void> => {
  const { world } = work
  const { member } = pick
  const starts = hand.pid === 0
  let what = 'the timer on its host could not be armed'
  let failure: RollFailure | undefined
  try {
    enter(work, member, 'arm')
    await world.arm(member, seconds)
    if (work.cancelledAt === undefined) {
      what = 'its new certificate could not be put in place'
      enter(work, member, 'swap')
      await world.swap(member)
    }
    if (work.cancelledAt === undefined && starts) {
      what = 'it could not be started'
      enter(work, member, 'restart')
      await world.restart(member)
    }
    if (work.cancelledAt !== undefined) {
      failure = await reverted(work, hand, {
        what: 'the run was cancelled before it was confirmed',
        started: false,
      })
    }
  } catch (cause) {
    failure = await reverted(work, hand, { what, why: clauseOf(cause), cause, started: false })
  }
  if (failure) throw failure
  enter(work, member, 'prove')
  const why = await proof(work, pick, hand, prove)
  if (why === undefined) return
  throw await reverted(work, hand, { what: 'its new certificate is refused', why, started: false })
}

/** undefined: proven. Tried again for a while, as connections fail for other reasons too. */
const proof = async (
  work: Work,
  { member, sick }: Pick,
  hand: InHand,
  prove: Prove,
): Promise<string | undefined> => {
  const { world, policy, task } = work
  const patience = isCutOff(work, member) ? policy.timeoutMs : Math.min(PROOF_MS, policy.timeoutMs)
  const until = Math.min(world.now() + patience, hand.armedUntil - RESERVE_MS)
  const beside = task.members
    .map(({ name }) => name)
    .filter((name) => name !== member && (work.rolled.includes(name) || !isUnwell(work, sick, name)))
  for (;;) {
    let why: string
    try {
      await prove(member, { beside, serves: task.clusterId !== '' })
      return undefined
    } catch (error) {
      why = clauseOf(error)
    }
    if (work.cancelledAt !== undefined || world.now() + policy.pollMs > until) return why
    await world.sleep(policy.pollMs, work.signal)
  }
}

/** Nothing that is between it and another member says anything of the other one's pair. */
const isUnwell = (work: Work, sick: readonly string[], name: string): boolean =>
  isCutOff(work, name) || sick.includes(name)

/** The same process goes on, healthy in looks of new connections, for as long as a rolled one has to be; and so do the others. */
const staysHealthy = async (
  work: Work,
  { member, sick }: Pick,
  hand: InHand,
  before: ClusterView,
): Promise<void> => {
  const { world, policy } = work
  const seen = memberOf(before, member)
  const process = seen && seen.mainPid !== 0 ? { pid: seen.mainPid, restarts: seen.restarts } : undefined
  enter(work, member, 'soak')
  const itself = judgeSteady(work, { ...wantOf(work, member), process }, sick)
  const others = judgeRest(work, [member, ...sick])
  const until = Math.min(world.now() + policy.timeoutMs + policy.soakMs, hand.armedUntil - RESERVE_MS)
  const { verdict, view, cancelled } = await waitFor(
    work,
    (latest, index) => {
      const verdict = itself(latest, index)
      return verdict.ok ? others(latest, index) : verdict
    },
    { until, steadyMs: policy.soakMs, onCancel: 'finish' },
  )
  if (verdict.ok) return
  const pid = view && memberOf(view, member)?.mainPid
  throw await reverted(work, hand, {
    what: cancelled
      ? 'the run was cancelled before it was confirmed'
      : 'it did not stay healthy with its new certificate',
    ...(cancelled
      ? {}
      : verdict.member === member
        ? { why: verdict.reason }
        : { why: `${verdict.member}: ${verdict.reason}`, blames: verdict.member }),
    ...{ seen: view, started: false, startedAgain: pid !== undefined && pid !== 0 && pid !== hand.pid },
  })
}

const gateAndConfirm = async (work: Work, hand: InHand): Promise<void> => {
  const { member } = hand
  enter(work, member, 'confirm')
  const outcome = await confirm(work, hand)
  if (outcome === 'confirmed') return
  const inHand = true
  if (outcome === 'reverted') {
    const what = 'its host has put its old certificate back before the new one could be confirmed'
    throw stopped(work, { what, member, inHand, reverted: true, state: await stateAfter(work, hand) })
  }
  throw stopped(work, {
    ...{ what: 'its new certificate is served but could not be confirmed', member, inHand },
    why: 'its host did not answer',
    state: 'unless the confirmation reached it, its host puts the old one back by itself',
  })
}
