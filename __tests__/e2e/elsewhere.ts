import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { BUNDLE } from '../../lab/runner.js'

export interface Start {
  /** All of the environment but PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>
  /** Words of the command line. */
  readonly words?: readonly string[]
  /** On a terminal of its own. */
  readonly terminal?: boolean
  /** Called with all that was written so far. */
  readonly onText?: (log: string, signal: (name: NodeJS.Signals) => void) => void
}

export interface ElsewhereResult {
  readonly exitCode: number | null
  readonly log: string
  /** Files that it left in its working directory, by name; the report as `report`. */
  readonly files: Readonly<Record<string, string>>
}

/** Starts the bundle as a program in a folder of its own, as no GitHub runner does, and waits for its end. */
export const startElsewhere = async ({
  env = {},
  words = [],
  terminal = false,
  onText,
}: Start): Promise<ElsewhereResult> => {
  const folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-elsewhere-'))
  const program = process.env['E2E_NODE'] ?? process.execPath
  const [command = '', ...rest] = terminal
    ? ['script', '-qec', `stty cols 60; ${program} ${BUNDLE} ${words.join(' ')}`, '/dev/null']
    : [program, BUNDLE, ...words]
  try {
    const child = spawn(command, rest, {
      cwd: folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: folder,
        XDG_CACHE_HOME: join(folder, 'cache'),
        TERM: 'xterm',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let log = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        log += chunk.toString('utf8')
        onText?.(log, (name) => void child.kill(name))
      })
    }
    const exitCode = await new Promise<number | null>((done) => child.on('close', done))
    return { exitCode, log, files: await filesIn(folder) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const filesIn = async (folder: string): Promise<Record<string, string>> => {
  const names = (await readdir(folder)).filter((name) => name.startsWith('etcd-deploy'))
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  return Object.fromEntries(
    names.map((name, index) => [
      name.replace(/^etcd-deploy-report-\d+\.json$/, 'report'),
      texts[index] ?? '',
    ]),
  )
}

const PREFIX = 'ETCD_DEPLOY_OUTPUT_'

const named = (pairs: readonly (readonly [string, string])[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    pairs.map(([name, value]) => [name.slice(PREFIX.length).toLowerCase().replaceAll('_', '-'), value]),
  )

/** Outputs as a step reads them that sources the file in its shell. */
export const bySourcing = async ({ files }: ElsewhereResult): Promise<Readonly<Record<string, string>>> => {
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    'set -a; eval "$1"; env -0',
    'sh',
    files['etcd-deploy.env'] ?? '',
  ])
  const pairs = stdout
    .split('\0')
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
  return named(pairs.filter(([name]) => name.startsWith(PREFIX)))
}

/** Outputs as GitLab reads a dotenv report: what is before the first `=` of a line, and all that is behind it. */
export const asGitlab = async ({ files }: ElsewhereResult): Promise<Readonly<Record<string, string>>> => {
  const text = files['etcd-deploy.env'] ?? ''
  if (Buffer.byteLength(text) > 5 * 1024) throw new Error('GitLab takes no more than 5 KB')
  const lines = text.trimEnd().split('\n')
  return named(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? []
      return [name, value.trim()]
    }),
  )
}
