import { adviceOnRefusal } from '../cluster/authentication.js'
import { Failure, type FailureFacts } from '../failure.js'
import type { CommandResult, HostSession } from '../ssh/port.js'
import { EXPOSED } from './private-way.js'

/** How messages name the host a command ran on. */
export const whereOf = (session: HostSession): string => `${session.member} (${session.target})`

/** What a script means by one of its exit codes; `why` and `next` as in FailureFacts. */
export type Refusals = Readonly<Record<number, Partial<FailureFacts>>>

/** A script looks at all ways before it changes anything. */
const NOTHING_DONE = 'nothing was changed by this step'
const CLOSE = 'see who has opened that directory; operation: plan says how to close it'

const DISK_REASONS: readonly (readonly [RegExp, string, string])[] = [
  [
    /no space left on device/i,
    'no space left on the disk',
    'free some space there (df -h, df -i), then run again',
  ],
  [/disk quota exceeded/i, 'the disk quota is used up', 'free some space there, then run again'],
  [
    /read-only file system/i,
    'the file system is read-only',
    'mount it writable, or choose another directory',
  ],
  [
    /permission denied|operation not permitted/i,
    'permission denied, even for root',
    'look for an immutable flag (lsattr) or a security policy there',
  ],
  [/input\/output error/i, 'the disk reports an input/output error', 'look at `dmesg` there'],
  [/not found$/im, 'a program that is needed is missing', 'install it there'],
]

/**
 * The failure for a command that ended with another status than 0: the script's own meaning of its exit code first,
 * else what the operating system said on stderr.
 */
export const refusalOf = (
  session: HostSession,
  what: string,
  { code, stderr }: CommandResult,
  known: Refusals = {},
  state?: string,
): Failure => {
  const said = stderr.trim().split('\n').slice(-3).join(' / ').slice(0, 500)
  if (code === EXPOSED) {
    return new Failure({
      what,
      where: whereOf(session),
      why: said,
      state: state ?? NOTHING_DONE,
      next: CLOSE,
    })
  }
  const reason = reasonIn(stderr)
  const why = reason ? `${reason.why} (${said})` : said || `exit status ${code}`
  return new Failure({ what, where: whereOf(session), why, state, next: reason?.next, ...known[code] })
}

/** What a text on stderr comes from. etcd's authentication first, as its "permission denied" is none of the kernel's. */
const reasonIn = (stderr: string): { readonly why: string; readonly next: string } | undefined => {
  const refused = adviceOnRefusal(stderr)
  if (refused !== undefined) return { why: "etcd's authentication refuses it", next: refused }
  const [, why, next] = DISK_REASONS.find(([pattern]) => pattern.test(stderr)) ?? []
  return why === undefined || next === undefined ? undefined : { why, next }
}

/** Throws the failure of `refusalOf` unless the command ended with status 0. */
export const mustSucceed = (
  session: HostSession,
  what: string,
  result: CommandResult,
  known: Refusals = {},
  state?: string,
): CommandResult => {
  if (result.code !== 0) throw refusalOf(session, what, result, known, state)
  return result
}
