import type { Answer, HashKvEntry, StatusEntry } from '../cluster/answers.js'
import {
  endpointHashKv,
  endpointStatus,
  type EtcdctlAccess,
  type EtcdctlCommand,
  type EtcdctlResult,
} from '../etcd/etcdctl.js'
import { hashKvAnswer, statusAnswer } from '../etcd/outcome.js'

/** A command of etcdctl that goes to each endpoint in turn, and what it says of one of them. */
export interface Question<T> {
  readonly command: (access: EtcdctlAccess) => EtcdctlCommand
  readonly read: (result: EtcdctlResult, endpoint: string) => Answer<T>
}

/** The databases that are hashed as a matter of course take less than a second; a busy or slow host may need more. */
const HASH_TIMEOUT_MS = 30_000

export const STATUS: Question<StatusEntry> = { command: endpointStatus, read: statusAnswer }

/** HashKV at a revision (decimal). */
export const hashAt = (revision: string): Question<HashKvEntry> => ({
  command: (access) => endpointHashKv({ ...access, commandTimeoutMs: HASH_TIMEOUT_MS }, revision),
  read: hashKvAnswer,
})
