import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ci } from '../ci/port.js'
import { removePartials } from '../runner/cache.js'
import { PUBLIC_FOLDER } from './health-from-runner.js'
import type { RunPlace } from './run.js'

/** What the main step has kept about itself. */
export interface MainStep {
  /** Where it was: `during "Plan"`; empty where it did not begin. */
  readonly at: string
  /** Start of the names of its unfinished files in the cache. */
  readonly partial: string
  /** It has told its outcome. */
  readonly finished: boolean
}

/**
 * Removes what a main step that was killed has left on the runner, and tells where it stopped. Hosts need nothing: locks go with
 * the connections, and what a host was to take back it takes back by itself.
 */
export const leftovers = async (
  ci: Pick<Ci, 'info' | 'warning'>,
  { cacheDir, tempDir }: Pick<RunPlace, 'cacheDir' | 'tempDir'>,
  { at, partial, finished }: MainStep,
): Promise<void> => {
  if (!finished) {
    ci.warning(
      `The run was ended ${at || 'before it began'}, before it could say how far it was. Its locks on the hosts vanish with its ` +
        'connections, within a minute where the network is gone, and a member whose change was not confirmed is put back by its ' +
        'own host. Run it again: it looks at the hosts first and goes on from there.',
    )
  }
  const removed = [...(await removePartials(cacheDir, partial)), ...(await removeFolders(tempDir))]
  ci.info(removed.length === 0 ? 'Nothing was left on the runner.' : `Removed ${removed.join(', ')}.`)
}

const removeFolders = async (tempDir: string): Promise<readonly string[]> => {
  const left = (await readdir(tempDir).catch(() => [])).filter((name) => name.startsWith(PUBLIC_FOLDER))
  for (const name of left) await rm(join(tempDir, name), { recursive: true, force: true })
  return left
}
