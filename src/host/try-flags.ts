import { Failure } from '../failure.js'
import type { HostSession } from '../ssh/port.js'
import { cannotRun } from './cannot-run.js'
import { whereOf } from './refusal.js'
import { UNPRIVILEGED_SHELL } from './unprivileged.js'

/** Arguments: the binary, its flags. etcd reads all of them before it prints its version and ends. */
const TRY_SCRIPT = `${UNPRIVILEGED_SHELL}binary=$1
shift
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
as=unprivileged
nobody_reads "$binary" || as=''
$as env -i PATH="$PATH" timeout 20 "$binary" "$@" --version </dev/null
`

export interface FlagsToTry {
  /** Path of etcd. */
  readonly binary: string
  /** X.Y.Z, for the message. */
  readonly version: string
  /** As they are to stand behind the program. */
  readonly flags: readonly string[]
}

/**
 * Has etcd itself read the flags it is to be started with, without starting it: it ends with status 2 and names the first one that
 * it does not know, or whose value it cannot read (etcd server/etcdmain/config.go parse, in 3.4 to 3.7). What only a start
 * checks, such as a file that is not there, stays open. Throws Failure, before which nothing was changed.
 */
export const tryFlags = async (
  session: HostSession,
  { binary, version, flags }: FlagsToTry,
): Promise<void> => {
  const { code, stderr } = await session.run({
    label: `have etcd ${version} read its flags`,
    script: TRY_SCRIPT,
    args: [binary, ...flags],
    timeoutMs: 30_000,
  })
  if (code === 0) return
  const said = stderr.trim().split('\n')[0] || `exit status ${code}`
  // timeout(1) ends so where it could not start the program: etcd has not seen its flags then.
  const unseen =
    code === 126 || code === 127 ? cannotRun(said, binary.slice(0, binary.lastIndexOf('/'))) : undefined
  if (unseen) {
    throw new Failure({
      what: `etcd ${version} cannot be started on the host`,
      where: whereOf(session),
      ...unseen,
      state: 'no member was restarted',
    })
  }
  throw new Failure({
    what: `etcd ${version} does not take the flags that it is to be started with`,
    where: whereOf(session),
    // Go writes one dash.
    why: said.replace(/(not defined: |for flag )-(?=\w)/, '$1--'),
    state: 'no member was restarted',
    next: 'correct etcd-args, or take the flag out',
  })
}
