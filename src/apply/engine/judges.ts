import type { MemberWant, Verdict } from './judge-member.js'
import { judgeLinks } from './judge-links.js'
import type { Sick } from './order.js'
import type { ClusterView } from './port.js'
import { memberOf } from './view.js'
import { doneOf, type Work } from './work.js'

/** What a member has to be to count as rolled. */
export const wantOf = ({ task, ids }: Work, member: string): MemberWant => ({
  name: member,
  clusterId: task.clusterId,
  memberId: ids.get(member),
  version: task.members.find(({ name }) => name === member)?.version,
})

/** Everything else is healthy, and so is this one, unless it is being repaired. */
export const judgeRest =
  (work: Work, except: readonly string[]) =>
  (view: ClusterView, index: string | undefined): Verdict =>
    work.rules.judgeCluster(view, { task: work.task, ids: work.ids, done: doneOf(work), except, index })

/**
 * Judges one member and its links to others, and holds it to the process that it was first healthy with. Where it was `sick`
 * before it was touched nobody could know its links, and to be put back would take away its health: they are left to the gate
 * after it, which judges all.
 */
export const judgeSteady = (work: Work, want: MemberWant, sick: readonly string[] = []) => {
  let process: MemberWant['process']
  return (view: ClusterView, index: string | undefined): Verdict => {
    const verdict = work.rules.judgeMember(view, { ...want, process, index })
    const seen = memberOf(view, want.name)
    if (!verdict.ok || !seen) return verdict
    process ??= { pid: seen.mainPid, restarts: seen.restarts }
    return sick.includes(want.name) ? verdict : linksOf(work, want.name, view)
  }
}

/** The member itself is the one to blame, or to put back, whichever end of a link says that it is not up. */
const linksOf = (work: Work, of: string, view: ClusterView): Verdict => {
  const { task, ids } = work
  const done = [...doneOf(work), of]
  const verdict = judgeLinks(view, { members: task.members, ids, done, except: [], of })
  if (verdict.ok) return verdict
  const reason = verdict.member === of ? verdict.reason : `${verdict.member}: ${verdict.reason}`
  return { ...verdict, reason, member: of, condition: 'links up' }
}

/** Every voter that is unhealthy in this view, whatever version it serves. */
export const sickOf = (work: Work, view: ClusterView, index: string | undefined): Sick[] =>
  work.task.members.flatMap(({ name }) => {
    const want = { name, clusterId: work.task.clusterId, memberId: work.ids.get(name), index }
    const verdict = work.rules.judgeMember(view, want)
    return verdict.ok ? [] : [{ member: name, reason: verdict.reason }]
  })
