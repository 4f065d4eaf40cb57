import type { Layout } from '../cluster/desired.js'
import type { HostObserved } from '../cluster/observed.js'
import { Failure } from '../failure.js'
import type { HostSession } from '../ssh/port.js'
import { parseFacts } from './facts-parse.js'
import { FACTS_SCRIPT } from './facts-script.js'
import { markerPath, UNIT_DIR } from '../cluster/places.js'

const TEMP_DIR = '/tmp'
const TIMEOUT_MS = 30_000

/** A few files of 256 KiB at most, coded, and short lines. */
const MOST_BYTES = 4 * 1024 * 1024

export interface FactsRequest {
  readonly layout: Layout
  /** TCP ports whose listeners matter. */
  readonly ports: readonly number[]
  /** Where snapshots go; absent where none is ever taken. */
  readonly snapshotDir?: string | undefined
  /** The runner's clock, milliseconds since the epoch; for tests. */
  readonly now?: () => number
}

/** Everything known of a host, in one round trip that changes nothing there. Throws Failure where it cannot be had. */
export const readFacts = async (
  session: HostSession,
  { layout, ports, snapshotDir, now = Date.now }: FactsRequest,
): Promise<HostObserved> => {
  const sentMs = now()
  const { code, stdout, stderr } = await session.run({
    label: 'read host facts',
    script: FACTS_SCRIPT,
    args: [
      layout.serviceName,
      layout.binDir,
      layout.caDir,
      layout.dataDir,
      layout.walDir,
      layout.serviceUser,
      ports.join(' '),
      markerPath(layout.serviceName),
      UNIT_DIR,
      TEMP_DIR,
      snapshotDir ?? '',
    ],
    timeoutMs: TIMEOUT_MS,
    mostBytes: MOST_BYTES,
    // Whole units are in it, and what somebody keeps in them.
    userData: true,
  })
  const trip = { sentMs, gotMs: now() }
  if (code !== 0) {
    throw new Failure({
      what: 'cannot read the facts of the host',
      where: `${session.member} (${session.target})`,
      why: stderr.trim() || `exit status ${code}`,
      next: 'the host needs a POSIX sh and coreutils; log in and try them by hand',
    })
  }
  return parseFacts({ member: session.member, layout, tempDir: TEMP_DIR, snapshotDir, trip, text: stdout })
}
