import { mkdir } from 'node:fs/promises'
import { getExecOutput } from '@actions/exec'
import { Failure } from '../failure.js'
import { visibleLine } from '../foreign-text.js'
import { withPartialFile } from './cache.js'
import { childEnvironment, runEtcdctlHere } from './etcdctl-runner.js'
import { insistOnTools, programOnPath } from './tools.js'

/** The etcdctl of the runner's PATH, absolute; undefined where there is none. */
export const etcdctlOnPath = (searchPath: string | undefined): Promise<string | undefined> =>
  programOnPath('etcdctl', searchPath)

/**
 * Why an etcdctl is of no use here, as a clause: made for another machine, without its libraries, no etcdctl at all. undefined where it
 * says its version. Throws Failure where nothing can be run.
 */
export const whyNoEtcdctl = async (etcdctl: string): Promise<string | undefined> => {
  const { code, stdout, stderr } = await runEtcdctlHere([etcdctl, 'version'], VERSION_TIMEOUT_MS)
  if (/^etcdctl version: \d/m.test(stdout)) return undefined
  const said = visibleLine(`${stderr}\n${stdout}`)
  return `"etcdctl version" ended with exit status ${code}${said === '' ? '' : `: ${said}`}`
}

const VERSION_TIMEOUT_MS = 10_000

/**
 * The etcdctl inside a release archive that was checked a moment ago, unpacked into the cache beside it. Each time anew: what an earlier job left
 * there nobody has checked, and anybody who had that runner may have put there. Throws Failure where the archive holds none or cannot be unpacked.
 */
export const etcdctlFromArchive = async (
  archive: { readonly path: string; readonly sha256: string },
  cacheDir: string,
): Promise<string> => {
  await insistOnTools(['tar', 'gzip'], process.env['PATH'])
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
