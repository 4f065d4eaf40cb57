import type { HostObserved, ProcessFact } from '../cluster/observed.js'
import type { Layout } from '../cluster/desired.js'
import type { HostSession } from '../ssh/port.js'
import { argvOf, CODED, decoded, MOST_OF_A_COMMAND_LINE, MOST_OF_A_TEXT } from './coded.js'
import { PROCESS_SNIPPET, parseEnvironment } from './facts-environment.js'
import { certificatePaths } from '../cluster/places.js'

/** Arguments: service, certificate. Starts few processes: it is run at every health check. */
const SCRIPT = `set -u
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
pid= more=
for cgroup in /sys/fs/cgroup /sys/fs/cgroup/systemd; do
  if read -r pid && ! read -r more; then break; else pid=; fi 2>/dev/null <"$cgroup/system.slice/$1.service/cgroup.procs"
done
# One that stands alone there is the main one; else systemd knows.
[ -n "$pid" ] || pid=$(systemctl show -p MainPID -- "$1.service" 2>/dev/null) || pid=
pid=\${pid#MainPID=} pid=\${pid:-0}
${CODED}[ ! -f "$2" ] || { printf 'certificate\\t' && coded ${MOST_OF_A_TEXT} "$2"; }
[ "$pid" -eq 0 ] || { printf 'process\\t' && coded ${MOST_OF_A_COMMAND_LINE} "/proc/$pid/cmdline"; }
{
${PROCESS_SNIPPET}
} 2>/dev/null
`

/** What a member runs with, and its certificate. */
export type RunningFacts = Pick<HostObserved, 'member' | 'environment'> & {
  /** Absent where none runs. */
  readonly process?: Pick<ProcessFact, 'argv'>
  /** PEM; empty where there is none. */
  readonly certificate: string
}

/** The few facts of a host that a health check needs; changes nothing. Rejects with Failure where the host cannot be asked. */
export const readRunning = async (
  session: HostSession,
  layout: Pick<Layout, 'serviceName' | 'caDir'>,
): Promise<RunningFacts> => {
  const { stdout } = await session.run({
    label: 'read what runs',
    script: SCRIPT,
    args: [layout.serviceName, certificatePaths(layout).certificate],
    timeoutMs: 15_000,
    userData: true,
  })
  const rows = stdout.split('\n').map((line) => line.split('\t'))
  const first = (key: string): string | undefined => rows.find(([word]) => word === key)?.[1]
  const argv = first('process')
  return {
    member: session.member,
    ...(argv ? { process: { argv: argvOf(argv) } } : {}),
    environment: parseEnvironment(rows.filter(([word]) => word === 'env').map((row) => row.slice(1))),
    certificate: decoded(first('certificate')),
  }
}
