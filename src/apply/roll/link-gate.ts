import { PASSED, type Verdict } from './gate.js'
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
      if (isLinked(from, to, want) || isExcused(from, to, want)) continue
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

/** Its own restart is what is to mend it; until then the other direction carries what raft has to say. */
const isExcused = (from: MemberView, to: MemberView, want: LinkWant): boolean => {
  const mends = want.members.some(({ name, mendsLinks }) => name === from.name && mendsLinks === true)
  return mends && !want.done.includes(from.name) && isLinked(to, from, want)
}
