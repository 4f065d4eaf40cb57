import { quorumOf } from '../../cluster/quorum.js'
import { PASSED, type Verdict } from './judge-member.js'
import type { ClusterView, MemberView, RollTask } from './port.js'

export interface LinkWant {
  readonly members: RollTask['members']
  /** As before the roll, by name. */
  readonly ids: ReadonlyMap<string, string>
  /** Members whose process is one that has to reach all others: found as asked, rolled, or restarted just now. */
  readonly done: readonly string[]
  /** Names of members that are not looked at. */
  readonly except: readonly string[]
  /** Only links from and to this member; undefined: all. */
  readonly of?: string
}

/**
 * Does every member that answers have a live connection of its own to each other one that does? A connection that the other one opened
 * is not enough: each of them is to last when the other is restarted. Where a member does not tell, nothing is known and nothing is asked.
 */
export const judgeLinks = (view: ClusterView, want: LinkWant): Verdict => {
  const up = view.members.filter(({ name, status }) => status !== undefined && !want.except.includes(name))
  for (const from of up) {
    for (const to of up) {
      if (from === to || (want.of !== undefined && want.of !== from.name && want.of !== to.name)) continue
      if (isLinked(from, to, want) || isExcused(from, to, up, want)) continue
      return {
        ok: false,
        reason:
          `it has no live connection of its own to ${to.name}; its journal says why (look for "dial"): a firewall or route from it to ` +
          `the peer port of ${to.name}, or a proxy in its environment`,
        member: from.name,
        final: false,
      }
    }
  }
  return PASSED
}

const isLinked = (from: MemberView, to: MemberView, { ids }: LinkWant): boolean => {
  const id = to.status?.memberId ?? ids.get(to.name)
  return from.peers === undefined || id === undefined || from.peers.includes(id)
}

/**
 * Its own restart is what is to mend it. Until then it is enough that the other end has a connection to it; two that both wait for their
 * restart may have none at all, as long as somebody reaches a quorum of those that are left.
 */
const isExcused = (from: MemberView, to: MemberView, up: readonly MemberView[], want: LinkWant): boolean => {
  if (!isWaiting(from, want)) return false
  return isLinked(to, from, want) || (isWaiting(to, want) && someoneLeads(up, want))
}

const isWaiting = ({ name: of }: MemberView, { members, done }: LinkWant): boolean =>
  !done.includes(of) && members.some(({ name, mendsLinks }) => name === of && mendsLinks === true)

const someoneLeads = (up: readonly MemberView[], want: LinkWant): boolean =>
  up.some((one) => {
    const reached = up.filter(
      (other) => other === one || isLinked(one, other, want) || isLinked(other, one, want),
    )
    return reached.length >= quorumOf(want.members.length)
  })
