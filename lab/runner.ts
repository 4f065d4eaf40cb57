import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { parse } from 'yaml'

/** How the action ended, seen from outside as a runner sees it. */
export interface RunResult {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** Everything written to stdout and stderr, in order. */
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** Messages of `::error` and `::warning` commands. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  /** Values given to `::add-mask`. */
  readonly masked: readonly string[]
  readonly tookMs: number
  /** When the main step was over, as Date.now() has it. */
  readonly endedAt: number
  /** The JSON report, where one was written. */
  readonly report: unknown
  /** The post step, which a runner runs after each main step, however that ended. */
  readonly post: { readonly exitCode: number | null; readonly log: string }
}

export interface StartedRun {
  readonly pid: number
  /** Everything written so far. */
  log(): string
  /** Resolves once the log holds `text`. */
  sees(text: string): Promise<void>
  signal(name: NodeJS.Signals): void
  readonly done: Promise<RunResult>
}

export interface StartOptions {
  /** More environment for the action. */
  readonly env?: Readonly<Record<string, string>>
  /** Which of our actions; `action.yml` where not given. */
  readonly action?: 'action.yml' | 'node24/action.yml'
  /** Folder of another bundle than ours. */
  readonly dist?: string
  /** The Node that runs it; the one that `E2E_NODE` names, or this process's own, where not given. */
  readonly node?: string
  /** Called with each piece of log as it comes. */
  readonly onText?: (text: string) => void
  /** `false`: the runner itself dies with the action, so that no post step follows. */
  readonly post?: false
}

const ROOT = resolve(import.meta.dirname, '..')

/** The runner's own cancel timings: SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL. */
export const CANCEL = { sigtermAfterMs: 7500, sigkillAfterMs: 10_000 } as const

/**
 * Starts `dist/index.js` as a runner starts it: defaults from action.yml, inputs as INPUT_*, files for outputs and
 * summary, a RUNNER_TEMP of its own, and nothing else of this process's environment but PATH and HOME.
 */
export const start = async (
  inputs: Readonly<Record<string, string>>,
  { env: extraEnv = {}, action = 'action.yml', dist, node = NODE, onText, post: postStep }: StartOptions = {},
): Promise<StartedRun> => {
  const home = await mkdtemp(join(tmpdir(), 'etcd-deploy-runner-'))
  const described = await readAction(action)
  const { main, post: postProgram, 'post-if': postIf = 'always()' } = described.runs
  const files = { output: join(home, 'output'), summary: join(home, 'summary'), state: join(home, 'state') }
  await Promise.all(Object.values(files).map((file) => writeFile(file, '')))
  const startedAt = Date.now()
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_STATE: files.state,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'org/repo',
    GITHUB_RUN_ID: '42',
    GITHUB_ACTOR: 'octocat',
    GITHUB_WORKSPACE: home,
    RUNNER_TEMP: home,
    RUNNER_TOOL_CACHE: process.env['E2E_TOOL_CACHE'] ?? join(home, 'tool-cache'),
    ...inputEnvironment(described, inputs),
    ...extraEnv,
  }
  const child = spawnAction([node, entryOf(action, main, dist)], home, env)
  let log = ''
  const listeners = new Set<() => void>()
  const take = (chunk: Buffer): void => {
    const text = chunk.toString('utf8')
    log += text
    onText?.(text)
    for (const listener of listeners) listener()
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  const ended = new Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>((done) => {
    child.on('close', (exitCode, signal) => done({ exitCode, signal }))
  })
  const finish = async (): Promise<RunResult> => {
    const end = await ended
    const endedAt = Date.now()
    const outputs = parseOutputs(await readFile(files.output, 'utf8'))
    const summary = await readFile(files.summary, 'utf8')
    const report = outputs['report']
      ? (JSON.parse(await readFile(outputs['report'], 'utf8')) as unknown)
      : undefined
    const post =
      postStep === false || postProgram === undefined || postIf !== 'always()'
        ? { exitCode: null, log: '' }
        : await runPost(
            [node, entryOf(action, postProgram, dist)],
            home,
            env,
            parseOutputs(await readFile(files.state, 'utf8')),
          )
    await rm(home, { recursive: true, force: true })
    return {
      ...end,
      log,
      outputs,
      summary,
      errors: commands(log, 'error'),
      warnings: commands(log, 'warning'),
      masked: commands(log, 'add-mask'),
      tookMs: endedAt - startedAt,
      endedAt,
      report,
      post,
    }
  }
  return {
    pid: child.pid ?? -1,
    log: () => log,
    sees: (text) =>
      new Promise((found, lost) => {
        const look = (): void => {
          if (!log.includes(text)) return
          listeners.delete(look)
          found()
        }
        listeners.add(look)
        void ended.then(() => lost(new Error(`the run ended without printing "${text}":\n${log}`)))
        look()
      }),
    signal: (name) => void child.kill(name),
    done: finish(),
  }
}

const NODE = process.env['E2E_NODE'] ?? process.execPath

/** The program that an action names, from where its file is; `E2E_DIST` names another folder for the bundle. */
const entryOf = (action: string, program = '', dist = process.env['E2E_DIST']): string =>
  dist ? join(dist, basename(program)) : resolve(ROOT, dirname(action), program)

/** The bundle, for those who start it otherwise than as an action. */
export const BUNDLE = entryOf('action.yml', 'dist/index.js')

const spawnAction = (
  [node, program]: readonly [node: string, program: string],
  cwd: string,
  env: NodeJS.ProcessEnv,
): ChildProcessByStdio<null, Readable, Readable> =>
  spawn(node, [program], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })

/** The program of the post step, with what the main step kept as STATE_*. */
const runPost = async (
  command: readonly [node: string, program: string],
  home: string,
  env: NodeJS.ProcessEnv,
  state: Readonly<Record<string, string>>,
): Promise<RunResult['post']> => {
  const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value] as const)
  const child = spawnAction(command, home, { ...env, ...Object.fromEntries(saved) })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')))
  const exitCode = await new Promise<number | null>((done) => child.on('close', done))
  return { exitCode, log }
}

/** Starts the action and waits for its end. */
export const run = async (
  inputs: Readonly<Record<string, string>>,
  options: StartOptions = {},
): Promise<RunResult> => (await start(inputs, options)).done

/** Cancels a run with the runner's real timings and returns how it ended. */
export const cancel = async (started: StartedRun): Promise<RunResult> => {
  started.signal('SIGINT')
  const term = setTimeout(() => started.signal('SIGTERM'), CANCEL.sigtermAfterMs)
  const kill = setTimeout(() => started.signal('SIGKILL'), CANCEL.sigkillAfterMs)
  try {
    return await started.done
  } finally {
    clearTimeout(term)
    clearTimeout(kill)
  }
}

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  readonly runs: Readonly<Record<string, string>>
}

const readAction = async (file: string): Promise<ActionFile> =>
  parse(await readFile(join(ROOT, file), 'utf8')) as ActionFile

const inputEnvironment = (
  action: ActionFile,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const unknown = Object.keys(given).filter((name) => !(name in action.inputs))
  if (unknown.length > 0) throw new Error(`not in action.yml: ${unknown.join(', ')}`)
  return Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: fallback }]) => [
      `INPUT_${name.toUpperCase().replace(/ /g, '_')}`,
      given[name] ?? String(fallback ?? ''),
    ]),
  )
}

/** Reads the `name<<delimiter` form that runners read. */
const parseOutputs = (text: string): Readonly<Record<string, string>> => {
  const outputs: Record<string, string> = {}
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const [, name, delimiter] = /^([^<]+)<<(.+)$/.exec(lines[at] ?? '') ?? []
    if (name === undefined || delimiter === undefined) continue
    const end = lines.indexOf(delimiter, at + 1)
    outputs[name] = lines.slice(at + 1, end).join('\n')
    at = end
  }
  return outputs
}

const commands = (log: string, name: string): readonly string[] =>
  [...log.matchAll(new RegExp(`^::${name}(?: [^:]*)?::(.*)$`, 'gm'))].map(([, data]) =>
    (data ?? '').replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%25/g, '%'),
  )
