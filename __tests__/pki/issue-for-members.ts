import type { DesiredCertificates } from '../../src/cluster/desired.js'
import type { Member } from '../../src/cluster/member.js'
import type { Authority } from '../../src/pki/authority.js'
import { type IssuedCertificate, issueForRequest, requestFor } from '../../src/pki/member-certificate.js'

export interface IssueForMembersOptions {
  readonly authority: Authority
  /** Those that get a new certificate. */
  readonly receivers: readonly Member[]
  /** Every member of the cluster. */
  readonly members: readonly Member[]
  readonly certificates: DesiredCertificates
  readonly now: Date
}

/** Certificates by member name: one for each receiver, or in shared mode one and the same for all of them. */
export const issueForMembers = async ({
  authority,
  receivers,
  members,
  certificates,
  now,
}: IssueForMembersOptions): Promise<ReadonlyMap<string, IssuedCertificate>> => {
  const issue = (member: Member): Promise<IssuedCertificate> =>
    issueForRequest(authority, requestFor({ member, members, certificates }), {
      days: certificates.days,
      now,
    })
  const [first] = receivers
  if (first === undefined) return new Map()
  if (certificates.mode === 'shared') {
    const shared = await issue(first)
    return new Map(receivers.map(({ name }) => [name, shared]))
  }
  const pairs = receivers.map(async (member) => [member.name, await issue(member)] as const)
  return new Map(await Promise.all(pairs))
}
