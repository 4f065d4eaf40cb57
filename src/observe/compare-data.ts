import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, HashKvEntry, StatusEntry } from '../cluster/answers.js'
import {
  divergenceIn,
  isDoubtful,
  type DataSample,
  type Divergence,
  type Round,
} from '../cluster/divergence.js'
import { judgeHashes, type MemberHash } from '../cluster/hash-sides.js'

/** A member that serves. */
export interface DataMember {
  /** Its name, or its endpoint where nobody knows that. */
  readonly name: string
  /** What it said a moment ago. */
  readonly status: StatusEntry
}

/** Ways to ask such members; the answers come in the order of the members. */
export interface DataAsks {
  statuses(members: readonly DataMember[]): Promise<readonly Answer<StatusEntry>[]>
  /** HashKV at a revision (decimal). */
  hashes(members: readonly DataMember[], revision: string): Promise<readonly Answer<HashKvEntry>[]>
}

export interface DataCompared {
  /** Absent: none is known. */
  readonly divergence?: Divergence
  /** Why nobody can tell whether the members hold the same data, one clause; absent where that is known, or was not asked. */
  readonly unknown?: string
}

/**
 * Up to this size of the database every comparison hashes all keys: well under a second of a member's time, in which it does not commit
 * (HashKV holds the read lock of the backend, server/storage/mvcc/kvstore.go). Beyond it only where the statuses give a reason, as
 * seconds without a commit are a high price for a question that is asked every few minutes.
 */
export const HASHED_BYTES = 128 * 1024 * 1024

const ROUNDS = 4
/** Pause before each further round, milliseconds: long enough in all for a new leader to commit something of its own term. */
const PAUSE_MS = 500
const HASH_TRIES = 5
/** Hashes have to differ as often as that in a row: one that was taken in the middle of a compaction may. */
const HASH_PROOFS = 3

/**
 * Do the voters among `members` hold the same data? Cheap where they do: their statuses are known, and small databases are hashed
 * once, at the newest revision that all have. A doubt is looked into until it is proven or gone. Asks and changes nothing else; never
 * rejects where `asks` do not.
 */
export const compareData = async (
  members: readonly DataMember[],
  asks: DataAsks,
  pauseMs = PAUSE_MS,
): Promise<DataCompared> => {
  const voters = distinct(members.filter(({ status }) => !status.isLearner))
  if (voters.length < 2 || new Set(voters.map(({ status }) => status.clusterId)).size > 1) return {}
  const doubtful = isDoubtful(voters.map(sampleOf))
  const looked = doubtful ? await lookAgain(voters, asks, pauseMs) : NOTHING
  const isSmall = voters.every(({ status }) => (status.dbSizeInUse || status.dbSize) <= HASHED_BYTES)
  if (!isSmall && !looked.doubtful) return {}
  const hashed = isSmall || looked.divergence === undefined ? await hashAll(voters, asks, pauseMs) : {}
  if (hashed.divergence !== undefined) return hashed
  return looked.divergence === undefined ? hashed : { divergence: looked.divergence }
}

interface Looked {
  readonly divergence: Divergence | undefined
  /** No further round was free of doubt. */
  readonly doubtful: boolean
}

const NOTHING: Looked = { divergence: undefined, doubtful: false }

/**
 * Further rounds, until one is free of doubt. The round that raised the doubt is no proof, as members may not have served a read by
 * then (see divergenceIn). The leader is asked after the others, so that it cannot seem to lag behind them.
 */
const lookAgain = async (voters: readonly DataMember[], asks: DataAsks, pauseMs: number): Promise<Looked> => {
  const rounds: Round[] = []
  for (let count = 0; count < ROUNDS; count++) {
    // While others write, the first question alone raises most doubts: members were not asked in the order that proves something.
    if (count > 0) await sleep(pauseMs)
    const round = await askRound(voters, asks)
    if (round.length < 2 || !isDoubtful(round)) return NOTHING
    rounds.push(round)
  }
  return { divergence: divergenceIn(rounds), doubtful: true }
}

const askRound = async (voters: readonly DataMember[], asks: DataAsks): Promise<Round> => {
  const isLeader = ({ status }: DataMember): boolean => status.leader === status.memberId
  const ask = async (asked: readonly DataMember[]): Promise<readonly DataSample[]> => {
    const answers = asked.length === 0 ? [] : await asks.statuses(asked)
    return answers.flatMap((answer, index) => {
      const member = asked[index]!
      // Behind one address may be several members.
      const isIt = answer.ok && answer.value.memberId === member.status.memberId
      return isIt ? [{ name: member.name, status: answer.value }] : []
    })
  }
  const followers = await ask(voters.filter((member) => !isLeader(member)))
  return [...followers, ...(await ask(voters.filter(isLeader)))]
}

/** Hashes that differ in each of a few tries; an answer that fails is asked for again at what is then the newest revision of all. */
const hashAll = async (
  voters: readonly DataMember[],
  asks: DataAsks,
  pauseMs: number,
): Promise<DataCompared> => {
  let revision = lowest(voters.map(({ status }) => status.revision))
  let unknown = ''
  let proofs = 0
  for (let left = HASH_TRIES; left > 0; left--) {
    const answers = await asks.hashes(voters, revision)
    const failed = answers.findIndex((answer) => !answer.ok)
    const verdict = judgeHashes(hashesOf(voters, answers), revision)
    if (verdict.kind === 'differ' && ++proofs === HASH_PROOFS) return { divergence: verdict.divergence }
    if (verdict.kind !== 'differ') {
      const answer = answers[failed]
      if (verdict.kind === 'same' && !answer) return {}
      proofs = 0
      unknown =
        answer?.ok === false
          ? `${voters[failed]?.name}: ${answer.reason}`
          : 'a compaction has not reached all members yet'
      if (isHopeless(unknown)) break
    }
    await sleep(pauseMs)
    const newest = answers.flatMap((answer) => (answer.ok ? [answer.value.revision] : []))
    if (newest.length === voters.length) revision = lowest(newest)
    else revision = lowest((await askRound(voters, asks)).map(({ status }) => status.revision)) || revision
  }
  return unknown === '' ? {} : { unknown }
}

/** Asking again does not help: HashKV takes the role root (server/etcdserver/api/v3rpc/maintenance.go, authMaintenanceServer). */
const isHopeless = (reason: string): boolean =>
  /permission denied|user name is empty|invalid auth token/.test(reason)

const hashesOf = (
  voters: readonly DataMember[],
  answers: readonly Answer<HashKvEntry>[],
): readonly MemberHash[] =>
  voters.flatMap(({ name, status }, index) => {
    const answer = answers[index]
    if (!answer?.ok || answer.value.memberId !== status.memberId) return []
    const { hash, compactRevision } = answer.value
    return [{ name, version: status.version, hash, compactRevision }]
  })

/** Empty where there is none. */
const lowest = (revisions: readonly string[]): string =>
  revisions.reduce((low, next) => (low === '' || BigInt(next) < BigInt(low) ? next : low), '')

const sampleOf = ({ name, status }: DataMember): DataSample => ({ name, status })

/** A member that is behind two endpoints counts once. */
const distinct = (members: readonly DataMember[]): readonly DataMember[] =>
  members.filter(
    ({ status }, index) => members.findIndex((other) => other.status.memberId === status.memberId) === index,
  )
