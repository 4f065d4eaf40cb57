import { count } from '../../cluster/count.js'
import type { Desired } from '../../cluster/desired.js'
import type { Observed } from '../../cluster/observed.js'
import { quorumOf, toleranceOf } from '../../cluster/quorum.js'
import { formatDuration } from '../../time/duration.js'
import type { Finding, QuorumPlan } from '../plan.js'
import type { MemberChange } from './member.js'

export interface QuorumJudgement {
  readonly quorum: QuorumPlan
  /** The members that are up are a quorum. */
  readonly held: boolean
  /** Why no member may be restarted, and no pair exchanged, now. */
  readonly findings: readonly Finding[]
}

/**
 * Does the quorum hold while `rolling` are restarted one after the other? A voter may be stopped where those that are left are
 * a quorum, and none while another one is down, unless it is down itself.
 */
export const judgeQuorum = (
  { members, roll, health }: Desired,
  { cluster, silent = [] }: Observed,
  changes: readonly MemberChange[],
  rolling: readonly MemberChange[],
): QuorumJudgement => {
  const voters = cluster?.members.filter(({ isLearner }) => !isLearner).length ?? members.length
  const quorum = quorumOf(voters)
  const tolerance = toleranceOf(voters)
  const down = changes.filter((change) => change.down)
  const renewing = changes.filter(({ renew, cutOff }) => renew.length > 0 && !cutOff)
  const running = rolling.filter(({ host }) => host.service.activeState === 'active')
  const held = voters - down.length >= quorum
  const downClause = ({ member, host: { service } }: MemberChange): string => {
    if (service.activeState !== 'active') return `its service is ${service.activeState}`
    const why = silent.find((one) => one.member === member.name)?.reason
    return `does not answer at its client URL${why === undefined ? '' : ` (${why})`}`
  }
  const waiting = down.filter((change) => !rolling.includes(change) && !change.cutOff)
  return {
    held,
    quorum: {
      voters,
      quorum,
      tolerance,
      note: noteOf({ voters, quorum, tolerance }, running.length, health),
    },
    findings: [
      ...(!held
        ? down.map((change) => ({
            member: change.member.name,
            problem: `${downClause(change)}, and ${voters - down.length} of ${voters} voters are fewer than the quorum of ${quorum}`,
            next: 'bring the members back first; nothing is restarted, and no certificate exchanged, until the quorum holds',
            down: true,
          }))
        : []),
      ...(tolerance > 0 && held && running.some((change) => !change.down)
        ? waiting.map((change) => ({
            member: change.member.name,
            problem: `${downClause(change)}, and no member is restarted while another one is down`,
            next: 'look at its journal and bring it back first',
            down: true,
          }))
        : []),
      ...(held && rolling.length === 0 && renewing.some((change) => !change.down)
        ? waiting
            .filter((change) => change.renew.length === 0 || down.length > 1)
            .map((change) => ({
              member: change.member.name,
              problem: `${downClause(change)}, and no certificate is exchanged while another member is down`,
              next: 'look at its journal and bring it back first',
              down: true,
            }))
        : []),
      ...(tolerance === 0 && running.length > 0 && !roll.allowDowntime
        ? [
            {
              member: running.map(({ member }) => member.name).join(', '),
              problem: `has to be restarted, and with ${count(voters, 'voter')} that stops writes`,
              next: 'set allow-downtime to true when that is all right',
            },
          ]
        : []),
    ],
  }
}

type Voters = Omit<QuorumPlan, 'note'>

/** A member that did not come up within `health-timeout` is put back, which is a second restart. */
const noteOf = (
  { voters, quorum, tolerance }: Voters,
  restarts: number,
  { timeoutMs }: Desired['health'],
): string => {
  if (tolerance > 0) return `${count(voters, 'voter')}, 1 down at a time, quorum ${quorum} held`
  const times = restarts === 1 ? 'once, for' : `${restarts} times, each time for`
  return (
    `${count(voters, 'voter')}, quorum ${quorum}: writes stop ${times} as long as a restart takes: some seconds, more where the ` +
    `database is large, and up to ${formatDuration(timeoutMs)} (health-timeout) more where the member does not come up and is put back`
  )
}
