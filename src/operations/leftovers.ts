import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ci } from '../ci/port.js'
import { PARTIALS, removePartials } from '../runner/cache.js'
import { PUBLIC_FOLDER } from './health-from-runner.js'
import type { RunPlace } from '../run/run.js'

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

/** No run takes that long: what is older belongs to none that still goes on. */
const STALE_MS = 24 * 3_600_000

/**
 * Where there is no post step: removes what runs that were killed long ago have left on this machine. Whatever hinders it is no
 * reason not to run.
 */
export const removeStale = async (
  { cacheDir, tempDir }: Pick<RunPlace, 'cacheDir' | 'tempDir'>,
  now: Date,
): Promise<void> => {
  const kinds = [
    { folder: cacheDir, prefix: PARTIALS },
    { folder: tempDir, prefix: PUBLIC_FOLDER },
  ]
  for (const { folder, prefix } of kinds) {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(prefix))
    for (const path of names.map((name) => join(folder, name))) {
      const facts = await stat(path).catch(() => undefined)
      if (facts === undefined || now.getTime() - facts.mtimeMs < STALE_MS) continue
      await rm(path, { recursive: true, force: true }).catch(() => {})
    }
  }
}
