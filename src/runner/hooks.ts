import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Failure } from '../failure.js'
import { formatDuration } from '../time/duration.js'

/**
 * What a hook may see of the runner's environment: where it is and for what run, and nothing that could hold a token, a
 * password or an input of this action. RUNNER_TRACKING_ID lets the runner end what a hook left behind.
 */
const PASSED_ON = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'CI'],
  ...['GITHUB_ACTIONS', 'GITHUB_ACTOR', 'GITHUB_API_URL', 'GITHUB_BASE_REF', 'GITHUB_EVENT_NAME'],
  ...['GITHUB_HEAD_REF', 'GITHUB_JOB', 'GITHUB_REF', 'GITHUB_REF_NAME', 'GITHUB_REF_TYPE'],
  ...['GITHUB_REPOSITORY', 'GITHUB_REPOSITORY_OWNER', 'GITHUB_RUN_ATTEMPT', 'GITHUB_RUN_ID'],
  ...['GITHUB_RUN_NUMBER', 'GITHUB_SERVER_URL', 'GITHUB_SHA', 'GITHUB_TRIGGERING_ACTOR'],
  ...['GITHUB_WORKFLOW', 'GITHUB_WORKSPACE'],
  ...[
    'CI_COMMIT_BRANCH',
    'CI_COMMIT_REF_NAME',
    'CI_COMMIT_SHA',
    'CI_COMMIT_TAG',
    'CI_JOB_ID',
    'CI_JOB_NAME',
    'CI_JOB_URL',
  ],
  ...[
    'CI_PIPELINE_ID',
    'CI_PIPELINE_NUMBER',
    'CI_PIPELINE_URL',
    'CI_PROJECT_DIR',
    'CI_PROJECT_PATH',
    'CI_REPO',
  ],
  ...['CI_SERVER_URL', 'CI_WORKSPACE', 'GITLAB_CI', 'GITLAB_USER_LOGIN'],
  ...['BUILD_NUMBER', 'BUILD_URL', 'JOB_NAME', 'JENKINS_URL', 'WORKSPACE'],
  ...['RUNNER_ARCH', 'RUNNER_NAME', 'RUNNER_OS', 'RUNNER_TEMP', 'RUNNER_TOOL_CACHE', 'RUNNER_TRACKING_ID'],
] as const

/** From the request to end until a hook is killed with all it started, milliseconds. */
const KILL_AFTER_MS = 1000

/** What a background process of a hook may still have to say after the hook's own end, milliseconds. */
const LAST_WORDS_MS = 500

const LONGEST_REASON = 300

export interface Hook {
  /** The input it comes from. */
  readonly name: 'before-member' | 'after-member'
  readonly member: string
  /** Client URL of that member. */
  readonly endpoint: string
  /** What is done to the member: `roll`. */
  readonly step: string
  /** Milliseconds. */
  readonly timeoutMs: number
  /** Each line it prints, on stdout or stderr, with the hook's name before it. */
  readonly say: (line: string) => void
  readonly signal?: AbortSignal | undefined
  /** The runner's environment; this process's own where not given. */
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Runs a command line of the user's on the runner, in the workspace: with bash, stopping at the first error as the runner's own
 * `run` steps do, with `sh -e` where there is no bash. Throws Failure where it fails or takes too long, the signal's reason
 * where the run is cancelled; in both cases the hook is ended with everything that it started.
 */
export const runHook = async (command: string, hook: Hook): Promise<void> => {
  hook.signal?.throwIfAborted()
  const child = await startShell(command, hook)
  const last = tellLines(child, hook)
  const ended = endOf(child)
  let stopped: unknown
  const stop = (reason: unknown): void => {
    stopped ??= reason
    kill(child, 'SIGTERM')
    setTimeout(() => kill(child, 'SIGKILL'), KILL_AFTER_MS)
  }
  const timer = setTimeout(
    () => stop(failed(hook, `it did not end within ${formatDuration(hook.timeoutMs)}${after(last())}`)),
    hook.timeoutMs,
  )
  const abort = (): void => stop(hook.signal?.reason)
  hook.signal?.addEventListener('abort', abort, { once: true })
  const how = await ended
  clearTimeout(timer)
  hook.signal?.removeEventListener('abort', abort)
  if (stopped !== undefined) {
    // The shell may be gone while what it started does not listen.
    await new Promise((resolve) => setTimeout(resolve, isGone(child) ? 0 : KILL_AFTER_MS))
    kill(child, 'SIGKILL')
    throw stopped
  }
  if (how !== '') throw failed(hook, `${how}${after(last())}`)
}

type Shell = ChildProcessByStdio<null, Readable, Readable>

/** In a process group of its own, so that it can be ended as a whole. */
const startShell = async (command: string, hook: Hook): Promise<Shell> => {
  const env = hookEnvironment(hook.env ?? process.env, hook)
  const cwd = env['GITHUB_WORKSPACE'] || process.cwd()
  const shells = [
    ['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', command],
    ['sh', '-e', '-c', command],
  ] as const
  let why = ''
  for (const [program, ...words] of shells) {
    const child = spawn(program, words, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const error = await new Promise<Error | undefined>((resolve) => {
      child.once('spawn', () => resolve(undefined))
      child.once('error', resolve)
    })
    if (!error) return child
    why = error.message
  }
  throw failed(hook, `neither bash nor sh could be started in ${cwd}: ${why}`)
}

/** The environment of a hook: what is passed on of `env`, and what the hook is about. */
export const hookEnvironment = (
  env: NodeJS.ProcessEnv,
  { member, endpoint, step }: Pick<Hook, 'member' | 'endpoint' | 'step'>,
): Record<string, string> => ({
  ...Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  ),
  ETCD_DEPLOY_MEMBER: member,
  ETCD_DEPLOY_ENDPOINT: endpoint,
  ETCD_DEPLOY_STEP: step,
})

/** Hands on each line; gives the last one that was not blank. */
const tellLines = (child: Shell, { name, member, say }: Hook): (() => string) => {
  let last = ''
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input, crlfDelay: Infinity }).on('line', (line) => {
      if (line.trim() !== '') last = line.trim()
      // A runner takes a line that begins with :: for a command; a hook's words are never one.
      say(`${name} ${member} | ${line}`)
    })
  }
  return () => last
}

/** How it ended, as a clause; empty where it ended well. What it has left in the background is not waited for. */
const endOf = (child: Shell): Promise<string> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const how =
        code === 0 ? '' : code === null ? `it was ended by ${signal}` : `it ended with exit status ${code}`
      const timer = setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
        resolve(how)
      }, LAST_WORDS_MS)
      child.once('close', () => {
        clearTimeout(timer)
        resolve(how)
      })
    })
  })

const kill = ({ pid }: Shell, signal: NodeJS.Signals | 0): boolean => {
  try {
    return pid !== undefined && process.kill(-pid, signal)
  } catch {
    return false
  }
}

const isGone = (child: Shell): boolean => !kill(child, 0)

const failed = ({ name, member }: Hook, why: string): Failure =>
  new Failure({
    what: `the hook ${name} failed`,
    where: member,
    why,
    next: `see its lines in the log, put right what it found, or change ${name}`,
  })

const after = (line: string): string => (line === '' ? '' : `: ${line.slice(0, LONGEST_REASON)}`)
