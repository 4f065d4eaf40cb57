import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../failure.js'
import { sha256OfFile } from './digest.js'

/** The folder of everything that belongs to one archive: named by its digest, so that it can only ever mean one thing. */
export const folderOf = (cacheDir: string, sha256: string): string => join(cacheDir, sha256)

/** The cached file of that digest; undefined where there is none. One that was damaged meanwhile is removed. */
export const findCached = async (
  cacheDir: string,
  sha256: string,
  fileName: string,
  signal?: AbortSignal,
): Promise<string | undefined> => {
  const path = join(folderOf(cacheDir, sha256), fileName)
  if (!(await stat(path).catch(() => undefined))?.isFile()) return undefined
  if ((await sha256OfFile(path, signal)) === sha256) return path
  await rm(path, { force: true })
  return undefined
}

/** Start of the names of whatever is worked on in the cache. */
export const PARTIALS = '.partial-'

/** Start of the names of what this process has in the cache while it works on it; after its death nobody else's. */
export const PARTIAL = `${PARTIALS}${randomUUID()}-`

/** Removes what a process that is gone has left in the cache; `partial` is its `PARTIAL`. Gives the names. */
export const removePartials = async (cacheDir: string, partial: string): Promise<readonly string[]> => {
  // Its own shape and nothing else: an empty or short one would fit the files of others.
  if (!/^\.partial-[0-9a-f-]{36}-$/.test(partial)) return []
  const left = (await readdir(cacheDir).catch(() => [])).filter((name) => name.startsWith(partial))
  for (const name of left) await rm(join(cacheDir, name), { recursive: true, force: true })
  return left
}

export type Keep = (sha256: string, fileName: string, inside?: string) => Promise<string>

/**
 * Lends a path inside the cache that nobody else uses, and removes what is left there in the end. `keep` moves the file
 * there (or `inside` a folder there) to its place in one step, so that a file in the cache is always whole.
 */
export const withPartialFile = async <T>(
  cacheDir: string,
  work: (path: string, keep: Keep) => Promise<T>,
): Promise<T> => {
  await makeFolder(cacheDir)
  const path = join(cacheDir, `${PARTIAL}${randomUUID()}`)
  try {
    return await work(path, async (sha256, fileName, inside = '') => {
      const folder = folderOf(cacheDir, sha256)
      await makeFolder(folder)
      const kept = join(folder, fileName)
      await rename(join(path, inside), kept)
      return kept
    })
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

const makeFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new Failure({
      what: `cannot make the cache folder ${folder} on the runner`,
      why: (cause as NodeJS.ErrnoException).code ?? String(cause),
      next: 'point RUNNER_TOOL_CACHE or XDG_CACHE_HOME to a folder that the runner may write',
      cause,
    })
  }
}
