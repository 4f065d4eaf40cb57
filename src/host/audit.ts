import type { HostSession } from '../ssh/port.js'
import { mustSucceed } from './refusal.js'

/** Argument: the line. */
const AUDIT_SCRIPT = `set -u
if command -v systemd-cat >/dev/null; then
  printf '%s\\n' "$1" | systemd-cat -t etcd-deploy -p notice
else
  logger -t etcd-deploy -p daemon.notice -- "$1"
fi
`

export interface AuditEntry {
  /** What is done: "3.5.16 -> 3.5.30, restarting". Never a secret. */
  readonly what: string
  /** URL of the run; empty where there is none. */
  readonly run: string
  readonly actor: string
}

/** Writes one line into the host's own journal (`journalctl -t etcd-deploy`), for who debugs the host later. Throws Failure. */
export const audit = async (session: HostSession, { what, run, actor }: AuditEntry): Promise<void> => {
  const words = [
    `${session.member}: ${what}`,
    run === '' ? '' : `run=${run}`,
    actor === '' ? '' : `actor=${actor}`,
  ]
  const line = words.filter((word) => word !== '').join(' ')
  const result = await session.run({
    label: 'write a line into the journal',
    script: AUDIT_SCRIPT,
    args: [line.replace(/\p{Cc}+/gu, ' ')],
    timeoutMs: 15_000,
  })
  mustSucceed(session, 'cannot write into the journal', result)
}
