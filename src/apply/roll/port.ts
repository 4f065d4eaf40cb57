import type { AlarmEntry, StatusEntry } from '../../cluster/answers.js'
import type { MemberListed } from '../../cluster/observed.js'

/** One member as it is at this moment. */
export interface MemberView {
  /** Name in `hosts`. */
  readonly name: string
  /** systemd's words; empty where the host did not answer. */
  readonly activeState: string
  readonly subState: string
  /** NRestarts: how often systemd has restarted it by itself. */
  readonly restarts: number
  readonly mainPid: number
  /** `/readyz` (or `/health` before it existed) answers 200: it serves linearizable reads. */
  readonly ready: boolean
  /** What the member itself says; undefined where it does not answer. */
  readonly status: StatusEntry | undefined
  /** Why there is no status, one clause; empty where there is. */
  readonly reason: string
}

/** The cluster as it is at this moment, asked anew each time; nothing is remembered. */
export interface ClusterView {
  /** In the order of `hosts`. */
  readonly members: readonly MemberView[]
  /** `member list` as a healthy member tells it; undefined where none does. */
  readonly listed: readonly MemberListed[] | undefined
  /** `alarm list`; undefined where none tells it. */
  readonly alarms: readonly AlarmEntry[] | undefined
}

/** HashKV of one member at one revision (etcd tests/robustness/client/kvhash.go). */
export interface KvHash {
  readonly member: string
  readonly hash: string
  readonly compactRevision: string
}

/** The canary writer's figures so far. */
export interface WriteGap {
  /** Longest time without a successful write, milliseconds. */
  readonly longestMs: number
  readonly failed: number
}

/**
 * All that the roll engine may ask of the world. The real one works over SSH, the simulated one in memory; the engine cannot tell.
 * Every call may throw Failure; where the outcome is unknown (connection lost, deadline), it says so and the engine looks
 * before it does anything else. Calls on one member are idempotent.
 */
export interface RollWorld {
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** Rejects with the signal's reason when the run is cancelled. */
  sleep(ms: number): Promise<void>
  look(): Promise<ClusterView>
  /** Of all members at one and the same revision. */
  hashKv(): Promise<readonly KvHash[]>
  /** Hands leadership to another voter; resolves when etcd says it is done. */
  moveLeader(from: string, to: string): Promise<void>
  /** Arms the host's own timer: unless disarmed within `seconds`, the host puts the previous files back and restarts. */
  arm(member: string, seconds: number): Promise<void>
  /** Puts the staged files in place, keeping the previous ones. */
  swap(member: string): Promise<void>
  /** Restarts the service and does not wait. */
  restart(member: string): Promise<void>
  /** Confirms the change: the timer is gone. Throws where the host has already reverted. */
  disarm(member: string): Promise<void>
  /** Does at once what the timer would do; also where it already did. The timer is gone afterwards. */
  revert(member: string): Promise<void>
  /** Runs the user's hook on the runner; a failing one throws. */
  hook(when: 'before' | 'after', member: string): Promise<void>
  /** One line in the host's own journal. */
  audit(member: string, text: string): Promise<void>
  /** undefined where no canary runs. */
  writeGap(): WriteGap | undefined
  say(line: string): void
}

export interface RollPolicy {
  /** How long a member may take to become healthy, milliseconds. */
  readonly timeoutMs: number
  /** How long it must stay so, milliseconds. */
  readonly soakMs: number
  /** A roll stops at the next safe point after a longer gap; undefined: no limit. Milliseconds. */
  readonly maxWriteGapMs: number | undefined
  /** One or two voters: a restart stops writes, and the user has allowed it. */
  readonly allowDowntime: boolean
}

/** What the engine is to do: members in the order of `hosts`, each with what it has to be afterwards. */
export interface RollTask {
  readonly members: readonly {
    readonly name: string
    /** Version that it has to serve afterwards. */
    readonly version: string
    /** It has to be rolled; others are only part of every gate. */
    readonly roll: boolean
  }[]
  readonly clusterId: string
  /** The roll crosses a minor version: the last member is the point of no return. */
  readonly minorUpgrade: boolean
}

/** How a roll ended. */
export interface RollResult {
  /** Members that were rolled and confirmed, in the order it happened. */
  readonly rolled: readonly string[]
  /** The member that was put back, where one was. */
  readonly reverted: string | undefined
  /** Members that were not touched though they had to be rolled. */
  readonly untouched: readonly string[]
}
