import type { Layout } from '../cluster/desired.js'
import type { HostSession } from '../ssh/port.js'
import { putFiles, type FileToPut } from './files.js'
import { releaseName } from '../cluster/places.js'
import { mustSucceed } from './refusal.js'
import { rollState, ROOTS } from './roll-places.js'
import { ROLL_SHELL } from './roll-shell.js'

/** What is to be swapped in; what is absent stays as it is. */
export interface NextFiles {
  /** A release that is in the store already; `sha256` of its archive. */
  readonly release?: { readonly version: string; readonly sha256: string }
  /** Text of the unit file. */
  readonly unit?: string
  /** PEM. */
  readonly ca?: string
  /** A certificate with its key: they only ever change together. */
  readonly pair?: { readonly certificatePem: string; readonly privateKeyPem: () => string }
}

/** Arguments: state folder. Leaves an empty, closed `next/`. */
const FRESH_SCRIPT = `set -u
state=$1
${ROLL_SHELL}
take_lock
unconfirmed || rm -f -- "$state/outcome"
rm -rf -- "$state/next" && mkdir -m 0700 -- "$state/next" || exit 23
`

const CLEAR_SCRIPT = `set -u
state=$1
${ROLL_SHELL}
[ -d "$state/next" ] || exit 0
take_lock
rm -rf -- "$state/next" || exit 23
`

/**
 * Writes what `swapStaged` is to put in place into `next/`, readable for root alone; what an earlier run staged goes. Nothing
 * that runs is touched. The release has to be in the store (`uploadArchive`) by the time of the swap. Throws Failure.
 */
export const stageNext = async (
  session: HostSession,
  layout: Layout,
  { release, unit, ca, pair }: NextFiles,
  roots = ROOTS,
): Promise<void> => {
  const state = rollState(layout, roots)
  const file = (name: string, content: string | undefined): readonly FileToPut[] =>
    content === undefined
      ? []
      : [{ path: `${state}/next/${name}`, mode: '600', owner: 'root', group: 'root', content }]
  await runOnState(session, state, 'prepare the change of the member', FRESH_SCRIPT)
  await putFiles(session, [
    ...file('unit', unit),
    ...file('ca.pem', ca),
    ...file('etcd-key.pem', pair?.privateKeyPem()),
    ...file('etcd.pem', pair?.certificatePem),
    ...file('release', release && `${releaseName(release.version, release.sha256)}\n`),
  ])
}

/** Takes away what was staged and never swapped in; no error where there is nothing. */
export const clearStaged = (session: HostSession, layout: Layout, roots = ROOTS): Promise<void> =>
  runOnState(session, rollState(layout, roots), 'remove what was prepared for the member', CLEAR_SCRIPT)

const runOnState = async (
  session: HostSession,
  state: string,
  label: string,
  script: string,
): Promise<void> => {
  const result = await session.run({ label, script, args: [state], timeoutMs: 90_000 })
  mustSucceed(session, `cannot ${label}`, result, lockRefusals(state), 'what runs is untouched')
}

const lockBeside = (folder: string): string => {
  const name = folder.lastIndexOf('/') + 1
  return `${folder.slice(0, name)}.${folder.slice(name)}.lock`
}

/** What the scripts of a roll mean where they cannot take their lock. */
export const lockRefusals = (state: string) => ({
  31: { why: 'the host has no flock', next: 'install util-linux there' },
  32: {
    why: `something else has worked on ${state} for a minute`,
    next: `see who holds it there: fuser -v ${lockBeside(state)}`,
  },
})
