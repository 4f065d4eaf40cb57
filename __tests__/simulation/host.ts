import type { Life } from './lives.js'

/** How a build of etcd (binary, flags, certificates: whatever a roll changes) behaves once it is started. */
export type Behaviour =
  | 'good'
  /** Exits at start: bad flag, taken port, wrong certificate. */
  | 'no-start'
  /** Serves, and exits a while later. */
  | 'crashes'
  /** Joins and never catches up. */
  | 'lags'
  /** Runs, votes, serves nothing. */
  | 'deaf'
  /** Started with another, empty WAL: another member id, and nothing of what it once acknowledged. */
  | 'amnesia'
  /** Serves another version than was asked for. */
  | 'other-version'

export interface Build {
  readonly id: string
  readonly version: string
  readonly behaviour: Behaviour
  /** From start to vote, milliseconds. */
  readonly startMs: number
  readonly crashAfterMs: number
}

export interface Process {
  readonly pid: number
  readonly build: Build
  readonly startedAt: number
  /** Takes part in raft. */
  voting: boolean
  activeAt: number | undefined
}

/** One host with its etcd service, files and timer. */
export interface Host {
  readonly name: string
  readonly memberId: string
  files: Build
  staged: Build
  /** Its `staged` build lies prepared on it; what is prepared goes with a change that is confirmed or taken back. */
  prepared: boolean
  /** What a swap replaced and nobody has confirmed yet. */
  kept: Build | undefined
  process: Process | undefined
  activeState: 'active' | 'activating' | 'failed' | 'inactive'
  subState: string
  restarts: number
  /** When systemd starts it again by itself. */
  againAt: number | undefined
  timerAt: number | undefined
  notedPid: number
  /** The host has put it back since it was last armed. */
  putBack: boolean
  /** Entries it holds, in its WAL and in the one of an `amnesia` build. */
  readonly log: { main: number; other: number }
  /** The life that its data is of; undefined: its disk is blank. */
  life: Life | undefined
  /** The WAL of an `amnesia` build is there. */
  otherWal: boolean
  /** Its unit refuses to start etcd where there is no WAL. */
  readonly guarded: boolean
  /** When it has booted; undefined: it is up. */
  bootedAt: number | undefined
  /** How often it was stopped by our hand. */
  stops: number
  /** Who took it down; undefined: it is healthy, or was never down. */
  downBy: 'us' | 'other' | undefined
  unhealthySince: number | undefined
  /** Until when it cannot be reached over SSH. */
  cutUntil: number
}

export const createHost = (
  index: number,
  build: Build,
  staged: Build,
  life: Life,
  guarded: boolean,
): Host => ({
  name: `etcd-${index + 1}`,
  memberId: `${index + 1}${index + 1}a`,
  files: build,
  staged,
  prepared: false,
  kept: undefined,
  process: undefined,
  activeState: 'inactive',
  subState: 'dead',
  restarts: 0,
  againAt: undefined,
  timerAt: undefined,
  notedPid: 0,
  putBack: false,
  log: { main: 0, other: 0 },
  life,
  otherWal: false,
  guarded,
  bootedAt: undefined,
  stops: 0,
  downBy: undefined,
  unhealthySince: undefined,
  cutUntil: 0,
})

export const walOf = (process: Process): 'main' | 'other' =>
  process.build.behaviour === 'amnesia' ? 'other' : 'main'

export const entriesOf = ({ log, process }: Host): number => (process ? log[walOf(process)] : log.main)
