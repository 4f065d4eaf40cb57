import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { HostSession } from '../ssh/port.js'
import type { Live } from '../time/live.js'

/** A certificate and its key, as PEM. */
export interface CertificatePair {
  readonly certificatePem: string
  /** Secret; behind a function, so that printing the object never shows it. */
  readonly privateKeyPem: () => string
}

/** A release archive on the runner. */
export interface ReleaseArchive {
  readonly path: string
  /** Lower-case hex of the whole file. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  /** As release names have it: amd64, arm64, ... */
  readonly arch: string
}

/** What steps need from the runner; each made when first asked for, once, whoever asks. */
export interface Materials {
  certificateFor(member: Member): Promise<CertificatePair>
  /** The archive for a host whose `uname -m` says `machine`. */
  archiveFor(machine: string): Promise<ReleaseArchive>
}

/** One host with what is known of it. */
export interface HostAtWork {
  readonly member: Member
  readonly session: HostSession
  /** `uname -m`. */
  readonly machine: string
  /** Text of the unit that the member is to have once it was founded. */
  readonly unit: string
}

/** Everything the executor of a plan works with. */
export interface ApplyContext {
  readonly desired: Desired
  /** In the order of `hosts`. */
  readonly hosts: readonly HostAtWork[]
  readonly materials: Materials
  /** A line for the log. */
  readonly say: (line: string) => void
  /** A line for the host's own journal: what was changed there. Never rejects: a change that is done is not undone for it. */
  readonly audit: (host: HostAtWork, what: string) => Promise<void>
  /** What is waited for, or under way. */
  readonly live: Pick<Live, 'set' | 'clear'>
  /** Aborted when the run is cancelled. */
  readonly signal?: AbortSignal | undefined
}
