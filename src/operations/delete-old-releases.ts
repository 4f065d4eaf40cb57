import { sentenceOf } from '../failure.js'
import { pruneReleases } from '../host/prune-releases.js'
import type { Plan } from '../plan/plan.js'
import type { HostSession } from '../ssh/port.js'
import type { Run } from '../run/run.js'

/**
 * All members serve what was asked for: releases older than the one before go, 60 MB each. That this cannot be done is no reason
 * for a run to fail.
 */
export const deleteOldReleases = async (
  run: Run,
  steady: readonly HostSession[],
  { upgrade }: Plan,
): Promise<void> => {
  if (!upgrade || run.signal.aborted) return
  const { binDir } = run.inputs.desired.layout
  const versions = upgrade.from.map(({ version }) => version)
  // Whoever does not tell may be needed again.
  if (versions.includes('')) return
  // Of all members: some may have been rolled by a run before this one.
  const keep = [...new Set([...versions, upgrade.to])]
  for (const session of steady) {
    const { member } = session
    const deleted = await pruneReleases(session, binDir, keep).catch((error: unknown) => {
      run.ci.info(`${member}: ${sentenceOf(error)}`)
      return []
    })
    if (deleted.length > 0) run.ci.info(`${member}: deleted older releases: ${deleted.join(', ')}`)
  }
}
