import type { Answer, HashKvEntry, HealthEntry, StatusEntry } from '../cluster/answers.js'
import {
  endpointHashKv,
  endpointHealth,
  endpointStatus,
  type EtcdctlAccess,
  type EtcdctlCommand,
  type EtcdctlResult,
} from '../etcd/etcdctl.js'
import { hashKvAnswer, healthAnswer, statusAnswer } from '../etcd/outcome.js'

/** A command of etcdctl that goes to each endpoint, and what it says of one of them. */
export interface Question<T> {
  readonly command: (access: EtcdctlAccess) => EtcdctlCommand
  readonly read: (result: EtcdctlResult, endpoint: string) => Answer<T>
  /** Does an answer that was given beside those of others tell all that one alone would? Absent: always. */
  readonly isWhole?: (value: T) => boolean
  /** How long several that are asked with one command may take, milliseconds, before each is asked alone; its own time: until that command has ended. */
  readonly patienceMs: number | 'its own time'
}

/** The databases that are hashed as a matter of course take less than a second; a busy or slow host may need more. */
const HASH_TIMEOUT_MS = 30_000

/** The cause of an endpoint's failure is in etcdctl's log, which does not say of whom it speaks. */
export const HEALTH: Question<HealthEntry> = {
  command: endpointHealth,
  read: healthAnswer,
  isWhole: ({ healthy }) => healthy,
  patienceMs: 400,
}

export const STATUS: Question<StatusEntry> = {
  command: endpointStatus,
  read: statusAnswer,
  patienceMs: 1000,
}

/** HashKV at a revision (decimal). */
export const hashAt = (revision: string): Question<HashKvEntry> => ({
  command: (access) => endpointHashKv({ ...access, commandTimeoutMs: HASH_TIMEOUT_MS }, revision),
  read: hashKvAnswer,
  // To hash all keys has its price: nobody is asked twice at once.
  patienceMs: 'its own time',
})
