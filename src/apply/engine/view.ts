import type { ClusterView, MemberView } from './port.js'

export const memberOf = (view: ClusterView, name: string): MemberView | undefined =>
  view.members.find((member) => member.name === name)

/** The member that says itself that it leads; undefined where none does. */
export const leaderOf = (view: ClusterView): MemberView | undefined =>
  view.members.find(({ status }) => status !== undefined && status.leader === status.memberId)

/** Names by member id, from the list and from what members say of themselves. */
export const idOf = (view: ClusterView, name: string): string | undefined =>
  view.listed?.find((listed) => listed.name === name)?.id ?? memberOf(view, name)?.status?.memberId

/** Its host did not answer. */
export const isSilent = (view: ClusterView, member: string): boolean =>
  memberOf(view, member)?.activeState === ''
