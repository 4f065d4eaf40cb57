import type { CommandResult, HostSession } from '../ssh/port.js'
import { formatDuration } from '../time/duration.js'

// An ETCDCTL_ variable beside the flag of the same meaning is an error (etcdctl/ctlv3/command/global.go), and a proxy
// variable would send the call elsewhere: it gets no environment but this.
const ETCDCTL_SCRIPT = `seconds=$1
shift
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root ETCDCTL_API=3 \\
  timeout -k 1 "$seconds" "$@"
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
      label: `run ${argv[0]?.split('/').at(-1) ?? 'etcdctl'}`,
      script: ETCDCTL_SCRIPT,
      args: [(timeoutMs / 1000).toFixed(3), ...argv],
      timeoutMs: timeoutMs + GRACE_MS,
    })
    if (result.code !== KILLED_IN_TIME && result.code !== KILLED_HARD) return result
    return { ...result, stderr: `${result.stderr}\nError: no answer within ${formatDuration(timeoutMs)}\n` }
  }
