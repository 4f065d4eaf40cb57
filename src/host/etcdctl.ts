import type { CommandResult, HostSession } from '../ssh/port.js'
import { formatDuration } from '../time/duration.js'

// An ETCDCTL_ variable beside the flag of the same meaning is an error (etcdctl/ctlv3/command/global.go), and a proxy
// variable would send the call elsewhere: it gets no environment but this. Go collects its garbage less often than it would, as most calls
// are over before that pays.
const ENVIRONMENT =
  'env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root ETCDCTL_API=3 GOGC=400'

const ETCDCTL_SCRIPT = `seconds=$1
shift
exec ${ENVIRONMENT} timeout -k 1 "$seconds" "$@"
`

/** What follows the answer of each command; no JSON text holds it as it is. */
const SEPARATOR = '\x1e'

/** Arguments: for each command its seconds, the number of its words, its words. */
const IN_TURN_SCRIPT = `while [ $# -gt 0 ]; do
  seconds=$1 count=$2 words= at=0
  shift 2
  while [ "$at" -lt "$count" ]; do
    at=$((at + 1))
    words=$words' "\${'$at'}"'
  done
  eval "${ENVIRONMENT} timeout -k 1 $seconds $words" || exit
  printf '\\036'
  shift "$count"
done
`

/** What `timeout` ends with where the time was over, and where the program had to be killed. */
const KILLED_IN_TIME = 124
const KILLED_HARD = 137

/** Room for the answer to travel, on top of the deadline that the host itself keeps. */
const GRACE_MS = 5_000

/**
 * An executor of etcdctl (or etcdutl) on a host: runs an argv whose first word is the program's path, within `timeoutMs`
 * (exit 124 or 137 where it took longer), stdout and stderr apart. Throws Failure only where the session is lost.
 */
export const etcdctlOn =
  (session: HostSession) =>
  async (argv: readonly string[], timeoutMs: number): Promise<CommandResult> => {
    const result = await session.run({
      label: labelOf(argv),
      script: ETCDCTL_SCRIPT,
      args: [secondsOf(timeoutMs), ...argv],
      timeoutMs: timeoutMs + GRACE_MS,
    })
    return { ...result, stderr: result.stderr + lateWords(result, timeoutMs) }
  }

/** Program and its words, and how long it may take. */
export interface TimedCommand {
  readonly argv: readonly string[]
  readonly timeoutMs: number
}

/**
 * The same for several commands, one after the other in one round trip: each one's result in their order, the first that failed being the last;
 * those behind it were not run. Each gives one JSON text on stdout.
 */
export const etcdctlInTurn =
  (session: HostSession) =>
  async (commands: readonly TimedCommand[]): Promise<readonly CommandResult[]> => {
    const result = await session.run({
      label: labelOf(commands[0]?.argv ?? []),
      script: IN_TURN_SCRIPT,
      args: commands.flatMap(({ argv, timeoutMs }) => [secondsOf(timeoutMs), String(argv.length), ...argv]),
      timeoutMs: commands.reduce((sum, { timeoutMs }) => sum + timeoutMs, GRACE_MS),
    })
    const texts = result.stdout.split(SEPARATOR)
    const last = texts.pop() ?? ''
    const done = texts.map((stdout) => ({ ...result, code: 0, stdout, stderr: '' }))
    const failed = commands[done.length]
    if (!failed) return done
    return [...done, { ...result, stdout: last, stderr: result.stderr + lateWords(result, failed.timeoutMs) }]
  }

const labelOf = ([program = 'etcdctl']: readonly string[]): string => `run ${program.split('/').at(-1)}`

const secondsOf = (timeoutMs: number): string => (timeoutMs / 1000).toFixed(3)

const lateWords = ({ code }: CommandResult, timeoutMs: number): string =>
  code === KILLED_IN_TIME || code === KILLED_HARD
    ? `\nError: no answer within ${formatDuration(timeoutMs)}\n`
    : ''
