import type { AlarmEntry, StatusEntry, MemberListed } from '../../cluster/answers.js'
import type { LastWords } from '../../etcd/last-words.js'

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
  /** It serves linearizable reads: `/readyz` answers 200, or etcdctl reads a key where the release has no `/readyz`. */
  readonly ready: boolean
  /** What the member itself says; undefined where it does not answer. */
  readonly status: StatusEntry | undefined
  /** Why there is no status, one clause; empty where there is. */
  readonly reason: string
  /** The host's own timer is armed: a roll holds this member, or one died holding it. false where the host did not answer. */
  readonly armed: boolean
  /** Ids of members to which it has a live connection of its own; absent where it does not tell. */
  readonly peers?: readonly string[]
}

/** The cluster as it is at this moment, asked anew each time; nothing is remembered. */
export interface ClusterView {
  /** In the order of `hosts`. */
  readonly members: readonly MemberView[]
  /** `member list` as a healthy member tells it; undefined where none does. */
  readonly listed: readonly MemberListed[] | undefined
  /** Alarms that are raised, as the statuses have them; undefined where no member says. */
  readonly alarms: readonly AlarmEntry[] | undefined
  /**
   * `etcdcluster` of `/version`, X.Y.Z, the highest that any member tells, ready or not; undefined where none does. Once it has reached a new
   * minor, older binaries refuse to start (etcd server/etcdserver/version/downgrade.go).
   */
  readonly clusterVersion: string | undefined
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
 * Every call may throw Failure. The engine takes each of them for one of unknown outcome (it may have happened), so calls on one
 * member are idempotent, and the engine calls again, or puts the member back, before it does anything else. It makes one call
 * at a time.
 */
export interface RollWorld {
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** Never rejects; ends early when `wake` is aborted, at once where it already is. */
  sleep(ms: number, wake?: AbortSignal): Promise<void>
  /** Members that cannot be asked are in it, with their reason; throws only where nothing can be asked at all. */
  look(): Promise<ClusterView>
  /** Of all members at one and the same revision. */
  hashKv(): Promise<readonly KvHash[]>
  /** Hands leadership to another voter; resolves when etcd says it is done. */
  moveLeader(from: string, to: string): Promise<void>
  /**
   * Arms the host's own timer and notes the main process that runs now. Unless disarmed within `seconds`, the host does by
   * itself what `revert` does. Clears what `disarm` would tell of an earlier revert.
   */
  arm(member: string, seconds: number): Promise<void>
  /** Puts the staged files in place. Keeps those that it replaces; where they are swapped already, the ones kept stay. */
  swap(member: string): Promise<void>
  /**
   * Restarts the service and does not wait for it to be ready. When it resolves, no look shows an earlier state any more (the
   * old process, an earlier failure), and the service's restart counter has begun anew.
   */
  restart(member: string): Promise<void>
  /**
   * Confirms the change: the timer is gone, the swap final. `reverted`: too late, the host has put the member back since it was
   * armed. Where nothing is armed and nothing was put back: `confirmed`.
   */
  disarm(member: string): Promise<'confirmed' | 'reverted'>
  /**
   * Does at once what the timer would do; also where it already did. Files that were swapped and not confirmed are put back;
   * the service is restarted only where they were and the process noted by `arm` no longer runs, so that a change which was
   * never started costs no restart. The timer is gone afterwards, and no look shows an earlier state any more.
   */
  revert(member: string): Promise<void>
  /**
   * What the unconfirmed change of a member means to its process. `same-process`: nothing was swapped, or what runs is from before it,
   * and `revert` restarts nothing. `started`: none ran before, and one was started with a new pair and nothing else new.
   * undefined: anything else. A world without this cannot tell.
   */
  leftChange?(member: string): Promise<'same-process' | 'started' | undefined>
  /** How the member's process that was started last has ended, if it has, and why; all that it said is shown in the log. */
  lastWords(member: string): Promise<LastWords>
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
  /** Time between two looks, milliseconds. */
  readonly pollMs: number
  /** How long after a cancel the member in hand may still be waited for, milliseconds: less than the CI system leaves us. */
  readonly cancelGraceMs: number
  /** One or two voters: a restart stops writes, and the user has allowed it. */
  readonly allowDowntime: boolean
}

/**
 * What the engine is to do: members in the order of `hosts`, each with what it has to be afterwards. Made from a fresh look at
 * what runs and what files are in place, so that members rolled by an earlier run are not rolled again. A member whose timer
 * is armed has to be given to the engine even where nothing is left to roll: it confirms that member, or puts it back.
 */
export interface RollTask {
  readonly members: readonly {
    readonly name: string
    /** Version that it has to serve afterwards; empty: whatever it is. */
    readonly version: string
    /** It has to be rolled; others are as asked and only part of every gate. */
    readonly roll: boolean
    /**
     * Its timer was armed when that was looked at: an earlier run has left it unconfirmed. Needed also where the timer has fired
     * by the time the roll begins, as the host has then undone what this task takes for granted.
     */
    readonly unconfirmed?: boolean
    /** Its key and certificate are refused by all: it is down already, and a new pair takes nothing from anybody. */
    readonly cutOff?: boolean
    /** It cannot open connections to others, and its restart is to mend that. */
    readonly mendsLinks?: boolean
  }[]
  /** Pairs are exchanged, nothing is restarted; absent: a roll. */
  readonly renews?: boolean
  /** Put back by this very run before the task was made, as an earlier run had left them unconfirmed; absent: none. */
  readonly undone?: readonly string[]
  /** Empty: no member tells it, as no quorum is there. */
  readonly clusterId: string
  /** `--quota-backend-bytes`, for members that do not tell it (before 3.6); undefined: unknown. */
  readonly quotaBytes: number | undefined
  /** Members whose database is so near its quota that nobody may write; absent: none. */
  readonly full?: readonly string[]
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
