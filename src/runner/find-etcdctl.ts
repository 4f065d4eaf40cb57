import { constants } from 'node:fs'
import { access, mkdir, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { getExecOutput } from '@actions/exec'
import { Failure } from '../failure.js'
import { withPartialFile } from './cache.js'
import { childEnvironment } from './etcdctl-runner.js'

/** The etcdctl of the runner's PATH, absolute; undefined where there is none. */
export const etcdctlOnPath = async (searchPath: string | undefined): Promise<string | undefined> => {
  for (const folder of (searchPath ?? '').split(delimiter)) {
    const candidate = join(folder, 'etcdctl')
    if (isAbsolute(folder) && (await isProgram(candidate))) return candidate
  }
  return undefined
}

/**
 * The etcdctl inside a release archive that was checked a moment ago, unpacked into the cache beside it. Each time anew: what an earlier job left
 * there nobody has checked, and anybody who had that runner may have put there. Throws Failure where the archive holds none or cannot be unpacked.
 */
export const etcdctlFromArchive = async (
  archive: { readonly path: string; readonly sha256: string },
  cacheDir: string,
): Promise<string> => {
  const listing = await tar(archive.path, ['-tzf', archive.path])
  const member = listing.split('\n').find((name) => /(?:^|\/)etcdctl$/.test(name))
  if (member === undefined) {
    throw new Failure({
      what: `no etcdctl in ${archive.path}`,
      next: 'give a whole etcd release as archive, or install etcdctl on the runner',
    })
  }
  return withPartialFile(cacheDir, async (folder, keep) => {
    await mkdir(folder, { mode: 0o700 })
    await tar(archive.path, ['-xzf', archive.path, '-C', folder, '--no-same-owner', '--', member])
    return keep(archive.sha256, 'etcdctl', member)
  })
}

const tar = async (archive: string, args: readonly string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await getExecOutput('tar', [...args], {
    silent: true,
    ignoreReturnCode: true,
    env: childEnvironment(process.env),
  }).catch((cause: unknown) => ({ exitCode: -1, stdout: '', stderr: String(cause) }))
  if (exitCode === 0) return stdout
  throw new Failure({
    what: `cannot unpack ${archive} on the runner`,
    why: stderr.trim().split('\n')[0] || `tar ended with exit code ${exitCode}`,
    next: 'check the archive, the space in the cache folder, and that tar and gzip are there',
  })
}

const isProgram = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
