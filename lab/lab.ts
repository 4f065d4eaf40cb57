import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const COMMAND = join(import.meta.dirname, 'lab')

export interface LabHost {
  readonly number: number
  readonly name: string
  readonly address: string
  readonly address6: string
}

/** What `lab json` prints; see lab/README.md. */
export interface LabFacts {
  readonly lab: string
  /** Folder of the lab: `hosts/<n>/root` in it is the file system of host n. */
  readonly dir: string
  readonly hosts: readonly LabHost[]
  readonly bridge: string
  readonly bridge6: string
  readonly ssh: {
    readonly user: string
    readonly keyFile: string
    readonly rsaKeyFile: string
    readonly encryptedKeyFile: string
    readonly passphrase: string
    readonly knownHostsFile: string
  }
  readonly ca: {
    readonly certFile: string
    readonly keyFile: string
    readonly pkcs1KeyFile: string
    readonly ecdsaCertFile: string
    readonly ecdsaKeyFile: string
  }
  readonly mirror: {
    readonly url: string
    readonly dir: string
    readonly logFile: string
    readonly archives: Readonly<Record<string, { readonly file: string; readonly sha256: string }>>
  }
}

/** A lab that is up: real systemd hosts on this machine. */
export interface Lab extends LabFacts {
  /** Runs `lab --lab NAME ARGS...` and returns its stdout; throws with its stderr when it fails. */
  command(...args: readonly string[]): Promise<string>
  /** Runs a shell line on host N and returns its stdout; throws when it exits non-zero. */
  on(host: number, line: string): Promise<string>
  /** The inputs every deploy onto this lab shares. */
  inputs(hosts: readonly number[], version: string): Promise<Record<string, string>>
}

/**
 * Boots (or finds) a lab of `count` hosts. `versions`: what its mirror must have, the lab's defaults where not given; one with
 * `?` behind it only where it can be had.
 */
export const labUp = async (name: string, count: number, versions: readonly string[] = []): Promise<Lab> => {
  const command = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await execute(COMMAND, ['--lab', name, ...args], { maxBuffer: 64 * 1024 * 1024 })
    return stdout
  }
  await command('up', String(count), ...(versions.length > 0 ? ['--versions', versions.join(' ')] : []))
  const facts = JSON.parse(await command('json')) as LabFacts
  return {
    ...facts,
    command,
    on: (host, line) => command('exec', String(host), '--', 'sh', '-c', line),
    inputs: async (hosts, version) => ({
      hosts: hosts.map((number) => facts.hosts[number - 1]?.address).join('\n'),
      'ssh-private-key': await readFile(facts.ssh.keyFile, 'utf8'),
      'ssh-known-hosts': await readFile(facts.ssh.knownHostsFile, 'utf8'),
      'ca-cert': await readFile(facts.ca.certFile, 'utf8'),
      'ca-key': await readFile(facts.ca.keyFile, 'utf8'),
      version,
      'download-base-url': facts.mirror.url,
      'archive-sha256': facts.mirror.archives[version]?.sha256 ?? '',
    }),
  }
}
