import type { StatusEntry } from './answers.js'

/** Members that hold different data, shown beyond doubt. Which of them is right cannot be told from here. */
export interface Divergence {
  /**
   * `hashes`: HashKV of all keys at one revision. `revisions`: a member that has applied all that another one has is at an older
   * revision. `log`: a member has applied entries of the log that the leader does not have.
   */
  readonly shownBy: 'hashes' | 'revisions' | 'log'
  /** Members of one side agree; two sides or more. */
  readonly sides: readonly DivergentSide[]
}

export interface DivergentSide {
  /** Names, or endpoints where nobody knows the name. */
  readonly members: readonly string[]
  /** What they hold, as the end of "etcd-1 ...": "hashes to 77 at revision 61". */
  readonly holds: string
}

/** A member's word on its own data at one moment. */
export interface DataSample {
  readonly name: string
  readonly status: Pick<
    StatusEntry,
    'memberId' | 'leader' | 'revision' | 'raftIndex' | 'raftAppliedIndex' | 'raftTerm'
  >
}

/** The samples of all members, taken at about one time; every sample of a round is older than those of the next. */
export type Round = readonly DataSample[]

/** How sentences say so. */
export const DIVERGED = 'the members hold different data'

/** What to do about it. Nothing that ends a copy: which one is right is for people to decide, and may not be the one of most members. */
export const DIVERGED_NEXT =
  'restart, remove and replace no member: take a snapshot of each of them first (etcdctl snapshot save), then decide which copy is right; ' +
  'docs/troubleshooting.md, "The members hold different data", shows how'

/** Which member holds what, one clause: "etcd-1 hashes to 77 at revision 61, etcd-2 and etcd-3 hash to ...". */
export const describeDivergence = ({ sides }: Divergence): string =>
  sides.map(({ members, holds }) => `${listed(members)} ${holds}`).join(', ')

/**
 * Does one round alone give a reason to doubt? It is none to be sure: etcd reads revision and index one after the other while writes
 * go on (server/etcdserver/api/v3rpc/maintenance.go, Status), and members are asked at slightly different times.
 */
export const isDoubtful = (round: Round): boolean => divergenceIn([round, round]) !== undefined

/**
 * What rounds of samples prove, whatever was written meanwhile; undefined where they prove nothing. Only of members that have served
 * a linearizable read before the first round: one that was just started applies its log anew, and tells an index that is behind its data.
 *
 * In one life of a cluster the revision is a function of the applied index that never falls. So a member that had applied all that
 * another one had, and was asked again later, cannot be at an older revision than that other one was; and no member can have
 * applied what the leader, asked later in the same term, has not committed (raft, leader completeness).
 */
export const divergenceIn = (rounds: readonly Round[]): Divergence | undefined =>
  byRevision(rounds) ?? byLog(rounds)

const byRevision = (rounds: readonly Round[]): Divergence | undefined => {
  const names = namesIn(rounds)
  const differ = (a: string, b: string): boolean => fallsBehind(rounds, a, b) || fallsBehind(rounds, b, a)
  const sides = names.reduce<readonly (readonly string[])[]>((found, name) => {
    const own = found.find((side) => !side.some((other) => differ(name, other)))
    return own === undefined
      ? [...found, [name]]
      : found.map((side) => (side === own ? [...side, name] : side))
  }, [])
  if (sides.length < 2) return undefined
  const last = rounds.at(-1) ?? []
  return {
    shownBy: 'revisions',
    sides: sides.map((members) => {
      const { revision, raftAppliedIndex } = last.find(({ name }) => name === members[0])?.status ?? NO_STATUS
      const is = members.length === 1 ? 'is' : 'are'
      return { members, holds: `${is} at revision ${revision} after ${raftAppliedIndex} entries of the log` }
    }),
  }
}

const NO_STATUS = { revision: '?', raftAppliedIndex: '?' }

/** `behind` had applied at some time all that `ahead` had, and was later still at an older revision. */
const fallsBehind = (rounds: readonly Round[], behind: string, ahead: string): boolean => {
  const [own, others] = [samplesOf(rounds, behind), samplesOf(rounds, ahead)]
  return own.some((early, at) =>
    own
      .slice(at + 1)
      .some((late) =>
        others.some((other) => other.applied <= early.applied && other.revision > late.revision),
      ),
  )
}

const samplesOf = (rounds: readonly Round[], name: string) =>
  rounds.flatMap((round) =>
    round
      .filter((sample) => sample.name === name)
      .map(({ status }) => ({ applied: BigInt(status.raftAppliedIndex), revision: BigInt(status.revision) })),
  )

const namesIn = (rounds: readonly Round[]): readonly string[] => [
  ...new Set(rounds.flatMap((round) => round.map(({ name }) => name))),
]

const byLog = (rounds: readonly Round[]): Divergence | undefined => {
  const [first, last] = [rounds[0], rounds.at(-1)]
  const leader = last?.find(({ status }) => status.leader !== '' && status.leader === status.memberId)
  if (!first || !leader) return undefined
  // A leader of another term may not know yet what the one before has committed.
  const same = rounds.every((round) =>
    round.every(
      ({ status }) => status.leader === leader.status.memberId && status.raftTerm === leader.status.raftTerm,
    ),
  )
  const committed = BigInt(leader.status.raftIndex)
  const beyond = first.filter(({ status }) => BigInt(status.raftAppliedIndex) > committed)
  if (!same || beyond.length === 0) return undefined
  return {
    shownBy: 'log',
    sides: [
      ...beyond.map(({ name, status }) => ({
        members: [name],
        holds: `has applied ${status.raftAppliedIndex} entries of the log`,
      })),
      { members: [leader.name], holds: `leads and has only ${committed} of them` },
    ],
  }
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
