import { setTimeout as sleep } from 'node:timers/promises'
import { adviceOnRefusal } from '../cluster/authentication.js'
import type { Answer, HashKvEntry } from '../cluster/answers.js'
import { endpointHashKv, type EtcdctlAccess, type RunEtcdctl } from '../etcd/etcdctl.js'
import { hashKvAnswer } from '../etcd/outcome.js'
import { Failure } from '../failure.js'

/** A member with a place to ask it from. */
export interface HashSource {
  readonly name: string
  readonly run: RunEtcdctl
  readonly access: EtcdctlAccess
}

/** What one member's keys hash to at the revision that all were asked for. */
export interface KeysHash {
  readonly member: string
  readonly hash: string
  readonly compactRevision: string
}

const TRIES = 5
const PAUSE_MS = 500

/** A hash reads the whole keyspace. */
const COMMAND_TIMEOUT_MS = 60_000

/**
 * Hashes of the keys of all members at one and the same revision, the newest of the first member (after etcd
 * tests/robustness/client/kvhash.go). A member that has not applied that revision yet, and a compaction that has not reached
 * all of them, are waited for a little: hashes of different compactions say nothing. Throws Failure where a member does not answer.
 */
export const hashKvOf = async (
  members: readonly HashSource[],
  pauseMs = PAUSE_MS,
): Promise<readonly KeysHash[]> => {
  const [first] = members
  if (!first) return []
  for (let left = TRIES; ; left--) {
    const newest = await ask(first, '0')
    const answers = newest.ok
      ? await Promise.all(members.map((member) => ask(member, newest.value.revision)))
      : [newest]
    const found = answers.flatMap((answer) => (answer.ok ? [answer.value] : []))
    const settled =
      found.length === members.length && new Set(found.map((row) => row.compactRevision)).size === 1
    if (settled || (left <= 1 && found.length === members.length)) {
      return found.map(({ hash, compactRevision }, index) => ({
        member: members[index]!.name,
        hash,
        compactRevision,
      }))
    }
    if (left <= 1) throw unanswered(members, answers)
    await sleep(pauseMs)
  }
}

const ask = async ({ run, access }: HashSource, revision: string): Promise<Answer<HashKvEntry>> => {
  const { argv, timeoutMs } = endpointHashKv({ commandTimeoutMs: COMMAND_TIMEOUT_MS, ...access }, revision)
  return hashKvAnswer(await run(argv, timeoutMs), access.endpoint)
}

const unanswered = (members: readonly HashSource[], answers: readonly Answer<HashKvEntry>[]): Failure => {
  const failed = answers.findIndex((answer) => !answer.ok)
  const answer = answers[failed]
  const reason = answer && !answer.ok ? answer.reason : undefined
  return new Failure({
    what: 'cannot compare the data of the members',
    where: members[failed]?.name,
    why: reason,
    next: adviceOnRefusal(reason ?? '') ?? 'look at the health of that member, then run again',
  })
}
