import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Flags that etcd takes, or took once, and no help names in the form of a flag. */
const UNNAMED = ['config-file', 'h', 'help', 'version', 'log-output']

/** The release archives of the lab on this machine, by version; empty where there are none. */
export const archivesHere = (): ReadonlyMap<string, string> => {
  const mirror = join(process.env['ETCD_DEPLOY_LAB_DIR'] ?? '/var/cache/etcd-deploy-lab', 'mirror')
  if (!existsSync(mirror)) return new Map()
  return new Map(
    readdirSync(mirror).flatMap((folder) => {
      const version = folder.replace(/^v/, '')
      const archive = readdirSync(join(mirror, folder)).find((name) => name.endsWith('.tar.gz'))
      return archive === undefined ? [] : [[version, join(mirror, folder, archive)] as const]
    }),
  )
}

/**
 * Every flag that the etcd of an archive takes, without dashes: of those that its own help names, and of `candidates`, the ones that it
 * reads. Help leaves some out, and names some that are gone (`--discovery` in 3.7). Throws where it does not run.
 */
export const flagsOf = (archive: string, candidates: Iterable<string>): ReadonlySet<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'etcd-flags-'))
  try {
    const etcd = join(folder, 'etcd')
    const unpack = ['-xzOf', archive, '--wildcards', '*/etcd']
    writeFileSync(etcd, execFileSync('tar', unpack, { maxBuffer: 1 << 28 }))
    chmodSync(etcd, 0o755)
    const help = spawnSync(etcd, ['--help'], { encoding: 'utf8' })
    const named = [...`${help.stdout}${help.stderr}`.matchAll(/^ *--?([a-z0-9][a-z0-9-]*)/gm)].map(
      ([, name]) => name ?? '',
    )
    if (named.length < 50) throw new Error(`${archive}: its help names ${named.length} flags only`)
    return new Set([...new Set([...named, ...candidates, ...UNNAMED])].filter((name) => reads(etcd, name)))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** etcd reads all of its flags before it looks at any of them; `--version` keeps it from starting. */
const reads = (etcd: string, name: string): boolean =>
  !/not defined/.test(spawnSync(etcd, [`--${name}=?`, '--version'], { encoding: 'utf8' }).stderr)
