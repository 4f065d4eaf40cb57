import { getExecOutput } from '@actions/exec'
import type { RunEtcdctl } from '../etcd/etcdctl.js'
import { Failure } from '../failure.js'

/** What a child of ours may see of the environment: nothing of ETCDCTL_* (fatal beside flags), no inputs, no tokens. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL']

/** How long a process has, after it was asked to end, until it is killed. */
const KILL_AFTER_S = 2

/** coreutils timeout: the command was ended by TERM, or had to be killed. */
const TIMED_OUT: readonly number[] = [124, 137]

export const childEnvironment = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

/** Runs etcdctl on the runner itself, silently, within its time. */
export const runEtcdctlHere: RunEtcdctl = async (argv, timeoutMs) => {
  const program = argv[0] ?? ''
  // @actions/exec cannot end a process that hangs; coreutils' timeout does it from inside.
  const limit = ['-k', String(KILL_AFTER_S), String(Math.ceil(timeoutMs / 1000))]
  const startedAt = Date.now()
  const { exitCode, stdout, stderr } = await getExecOutput('timeout', [...limit, ...argv], {
    silent: true,
    ignoreReturnCode: true,
    env: childEnvironment(process.env),
  }).catch((cause: unknown) => {
    throw new Failure({ what: `cannot run ${program} on the runner`, why: messageOf(cause), cause })
  })
  // A killed timeout (it may kill itself together with the command) has no exit code, whatever the types say.
  const killed = typeof exitCode !== 'number'
  if (TIMED_OUT.includes(exitCode) || (killed && Date.now() - startedAt >= timeoutMs)) {
    throw unfinished(argv, `it did not end within ${timeoutMs} ms`)
  }
  if (killed) throw unfinished(argv, 'it was killed')
  return { code: exitCode, stdout, stderr }
}

const unfinished = (argv: readonly string[], why: string): Failure =>
  new Failure({
    what: `${argv
      .filter((word) => !word.startsWith('-'))
      .slice(0, 3)
      .join(' ')} was not finished on the runner`,
    why,
    state: 'what it did is not known',
    next: 'check that the runner reaches the endpoint, and has processor time and memory to spare',
  })

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
