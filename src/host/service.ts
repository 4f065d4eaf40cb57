import type { HostSession } from '../ssh/port.js'
import { mustSucceed } from './refusal.js'
import { PROPERTY, ROLL_SHELL } from './roll-shell.js'
import { serviceOf, SHOW_PROPERTIES, type ServiceState } from './service-show.js'

const HEAD = `set -eu
LC_ALL=C; SYSTEMD_COLORS=0; SYSTEMD_PAGER=; export LC_ALL SYSTEMD_COLORS SYSTEMD_PAGER
`

// Enabled before systemd reads its files anew: one reload does for both. A service that failed too often is not started
// again until that is forgotten.
const START_SCRIPT = `${HEAD}
systemctl enable --quiet --no-reload -- "$1.service"
systemctl daemon-reload
systemctl reset-failed -- "$1.service" 2>/dev/null || :
systemctl restart --no-block -- "$1.service"
`

const RESTART_SCRIPT = `set -u
state=
${ROLL_SHELL}
seen=$(property "$1" ExecMainStartTimestampMonotonic)
systemctl reset-failed -- "$1.service" 2>/dev/null
systemctl restart --no-block -- "$1.service" || exit 1
await_restart "$1" "$seen"
`

const STATE_SCRIPT = `${HEAD}
systemctl show -p ${SHOW_PROPERTIES} -- "$1.service"
`

const STATUS_SCRIPT = `${HEAD}
# The status of a service that does not run is 3, and no error here.
timeout 10 systemctl status --no-pager --full --lines=0 -- "$1.service" 2>&1 | head -c 8192
`

const JOURNAL_SCRIPT = `${HEAD}
timeout 20 journalctl --no-pager --quiet --output=short-iso --lines="$2" --unit="$1.service" 2>&1 | tail -c 32768
`

// Each start of a service gets an id anew. The lines that systemd writes of it bear that id; those of the process itself not always,
// as journald does not learn it of one that ends at once: they are found by their process too. Fields that begin with an underscore
// are journald's own word, all others are the sender's, and anybody may send (systemd.journal-fields(7)): where they count, the
// sender has to be systemd.
const LAST_START_SCRIPT = `${HEAD}
${PROPERTY}
id=$(property "$1" InvocationID)
[ -n "$id" ] || exit 0
# What it wrote with its last breath may still be on its way.
timeout 5 journalctl --sync 2>/dev/null || :
timeout 20 journalctl --no-pager --quiet --boot --output=short-iso --lines=500 \
  _SYSTEMD_INVOCATION_ID="$id" + INVOCATION_ID="$id" _PID=1 _UID=0 + \
  _SYSTEMD_UNIT="$1.service" _PID="$(property "$1" ExecMainPID)" 2>&1 | tail -c 131072
`

/**
 * Lets systemd read the unit file anew, starts the service now (anew where it runs) and at each boot, and does not wait: a
 * member of a new cluster is ready only when others are there.
 */
export const enableAndStart = async (session: HostSession, serviceName: string): Promise<void> => {
  const result = await session.run({
    label: `start ${serviceName}`,
    script: START_SCRIPT,
    args: [serviceName],
    timeoutMs: 60_000,
  })
  mustSucceed(session, `cannot start the service ${serviceName}`, result)
}

/**
 * Restarts the service and does not wait until it is ready, but until the old process is over and whatever is seen of the
 * service is new; etcd may take some seconds to stop. Throws Failure.
 */
export const restartService = async (session: HostSession, serviceName: string): Promise<void> => {
  const result = await session.run({
    label: `restart ${serviceName}`,
    script: RESTART_SCRIPT,
    args: [serviceName],
    timeoutMs: 120_000,
  })
  mustSucceed(session, `cannot restart the service ${serviceName}`, result)
}

/** What systemd says of the service now. */
export const serviceState = async (session: HostSession, serviceName: string): Promise<ServiceState> => {
  const result = await session.run({
    label: `look at ${serviceName}`,
    script: STATE_SCRIPT,
    args: [serviceName],
    timeoutMs: 15_000,
  })
  mustSucceed(session, `cannot read the state of the service ${serviceName}`, result)
  return serviceOf(result.stdout.split('\n'))
}

/** `systemctl status` without log lines, for people; at most 8 KiB. */
export const serviceStatus = async (session: HostSession, serviceName: string): Promise<string> =>
  textOf(session, `status of ${serviceName}`, STATUS_SCRIPT, [serviceName])

/** The last lines of the service's journal, oldest first, for people; at most 32 KiB. */
export const serviceJournal = async (
  session: HostSession,
  serviceName: string,
  lines: number,
): Promise<string> =>
  textOf(session, `journal of ${serviceName}`, JOURNAL_SCRIPT, [serviceName, String(lines)])

/** All that the journal has of the service's last start, its end included, oldest line first; at most 500 lines and 128 KiB. */
export const lastStartJournal = async (session: HostSession, serviceName: string): Promise<string> =>
  textOf(session, `journal of ${serviceName}`, LAST_START_SCRIPT, [serviceName])

/** Text that helps to understand a failure must never replace it by another one: what went wrong is said in its place. */
const textOf = async (
  session: HostSession,
  label: string,
  script: string,
  args: readonly string[],
): Promise<string> => {
  try {
    const { stdout, stderr } = await session.run({ label: `read ${label}`, script, args, timeoutMs: 30_000 })
    return (stdout.trim() || stderr.trim()).replaceAll('\uFFFD', '')
  } catch (error) {
    return `(the ${label} could not be read: ${error instanceof Error ? error.message : String(error)})`
  }
}
