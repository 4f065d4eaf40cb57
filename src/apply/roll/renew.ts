import { chooseNext, engine, refuseToGoOn, resultOf } from './roll.js'
import { judgeCluster } from '../engine/judge-cluster.js'
import { judgeMember, PASSED, type Verdict } from '../engine/judge-member.js'
import { judgeRest, wantOf } from '../engine/judges.js'
import { finishLeftovers } from '../engine/leftovers.js'
import { nextRenewal } from './renew-order.js'
import { renewMember, type Prove } from './renew-member.js'
import { enter } from '../engine/phase.js'
import type { ClusterView, RollResult } from '../engine/port.js'
import { cancelledBefore, stopped } from '../engine/stop.js'
import { memberOf } from '../engine/view.js'
import { waitFor } from '../engine/wait.js'
import { leftOf, type RollRules, type Work } from '../engine/work.js'

/** An alarm and a full database are nothing that a certificate makes worse, and none of its business. */
const unburdened = (view: ClusterView): ClusterView => ({
  ...view,
  alarms: [],
  members: view.members.map((member) =>
    member.status ? { ...member, status: { ...member.status, dbSize: 0 } } : member,
  ),
})

/** The decisions of a renewal: those of a roll, in an order of its own. */
export const RENEW_RULES: RollRules = {
  judgeMember: (view, want) => judgeMember(unburdened(view), want),
  judgeCluster: (view, want) => judgeCluster(unburdened(view), want),
  nextMember: nextRenewal,
}

/**
 * Exchanges the pairs of members one at a time without a restart, each behind the gate of a roll: proven on the wire with new
 * connections, confirmed or put back, the rest untouched where one fails. Members that are cut off by their pair go first, and need
 * no healthy cluster. Throws RollFailure; a new run goes on from there. To be given RENEW_RULES.
 */
export const renewWith = (prove: Prove) =>
  engine<RollResult>(async (work) => {
    await finishLeftovers(work, 'go on')
    while (leftOf(work).length > 0) {
      refuseToGoOn(work)
      const pick = await chooseNext(work)
      if (!pick) break
      await renewMember(work, pick, prove)
    }
    await close(work)
    return resultOf(work)
  })

/** Nobody knows what a cluster without a quorum is like until it has one again: that is looked at and planned for anew. */
const close = async (work: Work): Promise<void> => {
  const { world, policy, task } = work
  if (work.rolled.length === 0) return
  enter(work, '', 'whole cluster')
  const { verdict, cancelled } = await waitFor(work, (view, index) => judgeRenewed(work, view, index), {
    until: world.now() + policy.timeoutMs,
  })
  if (cancelled) throw cancelledBefore(work, 'it was over')
  if (verdict.ok) return
  if (task.clusterId === '') return world.say(`the new certificates are served, but ${clause(verdict)}`)
  throw stopped(work, {
    what: 'the new certificates are served, but the cluster is not healthy',
    member: verdict.member === 'the cluster' ? undefined : verdict.member,
    why: verdict.reason,
  })
}

const clause = ({ member, reason }: Verdict & { ok: false }): string => `${member}: ${reason}`

/** Those that were cut off have come back; what else is down is for what follows. */
const judgeRenewed = (work: Work, view: ClusterView, index: string | undefined): Verdict => {
  const { task, rules } = work
  const repaired = task.members.some(({ name, cutOff }) => cutOff === true && work.rolled.includes(name))
  if (!repaired) return judgeRest(work, [])(view, index)
  for (const name of work.rolled) {
    const clusterId = task.clusterId || (memberOf(view, name)?.status?.clusterId ?? '')
    const verdict = rules.judgeMember(view, { ...wantOf(work, name), clusterId })
    if (!verdict.ok) return verdict
  }
  return PASSED
}
