import { randomUUID } from 'node:crypto'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../failure.js'

/**
 * Lends a secret to child processes of ours as a path, for programs that take secrets as files only (etcdctl's --key).
 * The text is in no file that has a name: one is made (0600, empty, in memory where the system has /dev/shm), its name is
 * taken away, and only then is it filled; the path is `/proc/PID/fd/N`, open to our own user alone and readable any number
 * of times, for as long as `work` runs. Linux only. `fallbackFolder`: where there is no /dev/shm.
 */
export const withSecretFile = async <T>(
  text: string,
  fallbackFolder: string,
  work: (path: string) => Promise<T>,
): Promise<T> => {
  if (process.platform !== 'linux') {
    throw new Failure({
      what: 'cannot hand a private key to etcdctl',
      why: `on ${process.platform} there is no way to do so without leaving the key in a file; this runs on Linux only`,
      next: 'use a Linux runner',
    })
  }
  const handle = await openNameless(['/dev/shm', fallbackFolder])
  try {
    await handle.writeFile(text)
    return await work(`/proc/${process.pid}/fd/${handle.fd}`)
  } finally {
    // Gives the memory back at once, even if a child still holds the file open.
    await handle.truncate(0).catch(() => undefined)
    await handle.close()
  }
}

const openNameless = async (folders: readonly string[]): Promise<FileHandle> => {
  const reasons: string[] = []
  for (const folder of folders) {
    const path = join(folder, `.etcd-deploy-${randomUUID()}`)
    try {
      const handle = await open(path, 'wx+', 0o600)
      try {
        await unlink(path)
        return handle
      } catch (error) {
        // The name stays, but the file is empty and will be.
        await handle.close()
        throw error
      }
    } catch (error) {
      reasons.push(`${folder} (${(error as NodeJS.ErrnoException).code ?? String(error)})`)
    }
  }
  throw new Failure({
    what: 'cannot hand a private key to etcdctl',
    why: `no temporary file could be made in ${reasons.join(' or ')}`,
    next: 'make /dev/shm or RUNNER_TEMP writable on the runner',
  })
}
