import type { ClusterAnswers, EndpointAnswers, Expectations, StatusEntry, MemberListed } from './answers.js'
import { describeEndpoint } from './agreement.js'

type ExpectedMembers = NonNullable<Expectations['members']>

/**
 * Are the members what they have to be? Each one started and a voter; where it is known who is expected: exactly those,
 * under their names and peer URLs, each behind its own endpoint.
 */
export const membershipProblems = (
  answers: ClusterAnswers,
  expected: ExpectedMembers | undefined,
): string[] => {
  if (!answers.members.ok) return []
  const listed = answers.members.value.members
  return [
    ...(expected ? expectedProblems(listed, expected) : []),
    ...listed.flatMap(stateProblems),
    ...(expected ? misplacedProblems(answers, listed, expected) : []),
  ]
}

/**
 * Where only endpoints are given, a voter behind none of them is worth a word but no failure: whoever lists endpoints
 * decides which ones are checked, and a cluster may well be watched through a load balancer.
 */
export const membershipNotes = (answers: ClusterAnswers): string[] => {
  if (!answers.members.ok) return []
  const checked = new Set(statusesOf(answers).map(({ status }) => status.memberId))
  return answers.members.value.members
    .filter((member) => isStarted(member) && !member.isLearner && !checked.has(member.id))
    .map((member) => `${describeMember(member)} is behind none of the endpoints checked`)
}

const expectedProblems = (listed: readonly MemberListed[], expected: ExpectedMembers): string[] => {
  const found = expected.map((wanted) => ({ wanted, member: findExpected(listed, wanted) }))
  const known = new Set(found.map(({ member }) => member?.id))
  const others = listed.filter(({ id }) => !known.has(id))
  return [
    ...found.flatMap(({ wanted: { name, peerUrl }, member }) => {
      if (!member) return [`member ${name} (${peerUrl}) is not in the member list`]
      if (!servesAt(member, peerUrl)) {
        return [`member ${name} has the peer URL ${member.peerUrls.join(', ')}, expected was ${peerUrl}`]
      }
      const renamed = isStarted(member) && member.name !== name
      return renamed ? [`the member at ${peerUrl} is named ${member.name}, expected was ${name}`] : []
    }),
    ...others.map((member) => `${describeMember(member)} is in the member list but not expected`),
  ]
}

/** By peer URL first: an unstarted member has no name, and a restart can change a name. */
const findExpected = (
  listed: readonly MemberListed[],
  { name, peerUrl }: ExpectedMembers[number],
): MemberListed | undefined =>
  listed.find((member) => servesAt(member, peerUrl)) ?? listed.find((member) => member.name === name)

const servesAt = ({ peerUrls }: MemberListed, url: string): boolean =>
  peerUrls.some((peer) => sameUrl(peer, url))

const stateProblems = (member: MemberListed): string[] => {
  if (!isStarted(member)) return [`${describeMember(member)} was added but has never started`]
  if (member.isLearner) return [`${describeMember(member)} is a learner, not a voter`]
  return member.clientUrls.length === 0 ? [`${describeMember(member)} advertises no client URL`] : []
}

/** An address that was given to another machine answers, and answers well, for the wrong member. */
const misplacedProblems = (
  answers: ClusterAnswers,
  listed: readonly MemberListed[],
  expected: ExpectedMembers,
): string[] =>
  statusesOf(answers).flatMap(({ from, status }) => {
    const wanted = expected.find(({ name }) => name === from.name)
    const right = wanted && findExpected(listed, wanted)
    if (!right || right.id === status.memberId) return []
    const actual = listed.find(({ id }) => id === status.memberId)
    const who = actual ? describeMember(actual) : `member ${status.memberId}, which is not in the member list`
    return [`${describeEndpoint(from)} is answered by ${who}`]
  })

const statusesOf = (answers: ClusterAnswers): { from: EndpointAnswers; status: StatusEntry }[] =>
  answers.endpoints.flatMap((from) => (from.status.ok ? [{ from, status: from.status.value }] : []))

const isStarted = ({ name }: MemberListed): boolean => name !== ''

const describeMember = ({ name, id, peerUrls }: MemberListed): string =>
  name === '' ? `the member ${id} at ${peerUrls.join(', ')}` : `member ${name} (${id})`

/** IPv6 addresses have several spellings, and host names do not care for case. */
const sameUrl = (a: string, b: string): boolean => canonical(a) === canonical(b)

const canonical = (url: string): string => (URL.canParse(url) ? new URL(url).href : url)
