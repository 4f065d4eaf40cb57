import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '../../lab/lab.js'

/** Looks at process lists and temporary files, again and again, while a run works. */
export interface SecretSampler {
  stop(): Promise<void>
  /** Everything seen: command lines and environments of all processes, texts of temporary files. */
  readonly seen: ReadonlySet<string>
}

const EVERY_MS = 60
const MAX_FILE = 1 << 20
const STARTED = Date.now()

/** Samples this machine's process lists (the hosts' processes are among them) and the temporary files here and there. */
export const sampleSecrets = (lab: Lab, hosts: readonly number[]): SecretSampler => {
  const seen = new Set<string>()
  let on = true
  const loop = (async () => {
    while (on) {
      for (const text of await processTexts()) seen.add(text)
      await new Promise((next) => setTimeout(next, EVERY_MS))
    }
  })()
  const temporaries = (async () => {
    while (on) {
      const texts = await Promise.all(
        hosts.map((host) => lab.on(host, 'cat /tmp/* /var/tmp/* /dev/shm/* 2>/dev/null; true')),
      )
      for (const text of [...texts, ...(await fileTexts('/dev/shm')), ...(await fileTexts('/tmp'))])
        seen.add(text)
      await new Promise((next) => setTimeout(next, EVERY_MS * 4))
    }
  })()
  return {
    seen,
    stop: async () => {
      on = false
      await Promise.all([loop, temporaries])
    },
  }
}

/** Where lines of secrets turned up; empty when nowhere. The secrets: CA key, SSH key and the keys of the members. */
export const secretsSeen = async (
  lab: Lab,
  sampler: SecretSampler,
  log: string,
  hosts: readonly number[],
): Promise<readonly string[]> => {
  const keys = await Promise.all([
    readFile(lab.ca.keyFile, 'utf8'),
    readFile(lab.ssh.keyFile, 'utf8'),
    ...hosts.map((host) => lab.on(host, 'cat /etc/kubernetes/ssl/etcd-key.pem')),
  ])
  const lines = keys.flatMap(bodyLines)
  if (lines.length < 20) throw new Error('the secrets to look for are not there')
  const journals = await Promise.all(hosts.map((host) => lab.on(host, 'journalctl --no-pager -o cat')))
  const places: readonly (readonly [string, Iterable<string>])[] = [
    // What is masked is told to the runner by a command that holds it; a runner shows no such line.
    ['the log', [log.replace(/^::add-mask::.*$/gm, '')]],
    ['a journal', journals],
    ['a process or a temporary file', sampler.seen],
  ]
  return places.flatMap(([place, texts]) =>
    [...texts].some((text) => lines.some((line) => text.includes(line))) ? [place] : [],
  )
}

const bodyLines = (pem: string): readonly string[] =>
  pem.split('\n').filter((line) => line.length > 30 && !line.startsWith('-----'))

const processTexts = async (): Promise<readonly string[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const read = (file: string): Promise<string> => readFile(file, 'latin1').catch(() => '')
  const texts = await Promise.all(
    pids.map(async (pid) => {
      const command = await read(`/proc/${pid}/cmdline`)
      // The action's own environment holds the inputs: a runner has no other way. Its children must not get them.
      return command.includes('dist/index.js') ? command : command + (await read(`/proc/${pid}/environ`))
    }),
  )
  return texts.filter((text) => text !== '')
}

/** Texts of the small files in a folder that were written since this process started. */
const fileTexts = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(
    paths.map(async (path) => {
      const facts = await stat(path).catch(() => undefined)
      const ours = facts !== undefined && facts.size < MAX_FILE && facts.mtimeMs > STARTED
      return ours ? readFile(path, 'latin1').catch(() => '') : ''
    }),
  )
}
