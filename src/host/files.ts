import { Failure } from '../failure.js'
import type { HostSession } from '../ssh/port.js'
import { PRIVATE_WAY } from './private-way.js'
import { mustSucceed, whereOf } from './refusal.js'

/** A file as it has to be on a host. */
export interface FileToPut {
  /** Absolute; its folder exists. */
  readonly path: string
  /** Octal: "600". */
  readonly mode: string
  readonly owner: string
  /** Empty: the owner's own group. */
  readonly group: string
  readonly content: string | Uint8Array
}

/**
 * Arguments: PATH MODE OWNER:GROUP SIZE for each file; their contents one after the other on stdin.
 * Every file is complete, owned, private and on the disk beside its place before the first one is renamed into it.
 */
const PUT_SCRIPT = `set -u
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
umask 077
newline='
'
temps='' folders=''
temp_of() { stem=\${1%/*}/.\${1##*/}.etcd-deploy- temp=$stem$$; }
sweep() { set -f; IFS=$newline; rm -f -- $temps; }
trap 'sweep; exit 143' HUP INT TERM
# Where the connection is gone, a message has nowhere to go; the cleaning up must not die of that.
trap '' PIPE
stop() { echo "$2" >&2; sweep; exit "$1"; }
${PRIVATE_WAY}
guard_all() { while [ $# -ge 4 ]; do guard "\${1%/*}/"; shift 4; done; }

stage() {
  while [ $# -ge 4 ]; do
    temp_of "$1"
    [ ! -d "$1" ] || stop 21 "$1"
    [ -d "\${1%/*}/" ] || stop 22 "\${1%/*}"
    temps=$temps$newline$temp
    # Left by tries that were killed.
    rm -f -- "$stem"* && head -c "$4" >"$temp" || stop 23 "$1"
    [ "$(wc -c <"$temp")" -eq "$4" ] || stop 24 "$1"
    chown -- "$3" "$temp" && chmod -- "$2" "$temp" || stop 23 "$1"
    shift 4
  done
}
commit() {
  while [ $# -ge 4 ]; do
    temp_of "$1"
    mv -f -T -- "$temp" "$1" || stop 25 "$1"
    folders=$folders$newline\${1%/*}/
    shift 4
  done
}
guard_all "$@"
stage "$@"
( set -f; IFS=$newline; sync -- $temps ) || stop 23 'sync'
# From here on an interruption must not leave one half of a pair behind.
trap '' HUP INT TERM
commit "$@"
( set -f; IFS=$newline; sync -- $folders )
`

const OLD_KEPT = 'the old files are untouched'

/**
 * Puts files on a host, all or none: each is written beside its place with its owner and mode from the first byte,
 * brought to the disk, and only when all are there they are renamed into place one right after the other.
 * Throws Failure naming path and reason; contents never appear in it.
 */
export const putFiles = async (session: HostSession, files: readonly FileToPut[]): Promise<void> => {
  if (files.length === 0) return
  const contents = files.map(({ content }) => Buffer.from(content))
  const odd = files.find(({ path }) => !/^\/[^\n\0]*[^/\n\0]$/.test(path))
  if (odd) {
    throw new Failure({
      what: `cannot write ${JSON.stringify(odd.path)}`,
      where: whereOf(session),
      why: 'not an absolute path of a file',
      state: OLD_KEPT,
    })
  }
  const result = await session.run({
    label: `write ${files.map(({ path }) => path).join(', ')}`,
    script: PUT_SCRIPT,
    args: files.flatMap(({ path, mode, owner, group }, index) => [
      path,
      mode,
      `${owner}:${group}`,
      String(contents[index]!.length),
    ]),
    stdin: Buffer.concat(contents),
    timeoutMs: 60_000,
  })
  if (result.code === 0) return
  const temporary = (path: string): string => {
    const name = path.lastIndexOf('/') + 1
    return `${path.slice(0, name)}.${path.slice(name)}.etcd-deploy-`
  }
  const named = ({ path }: FileToPut): boolean =>
    result.stderr.split('\n').includes(path) || result.stderr.includes(temporary(path))
  const { path } = files.find(named) ?? files[0]!
  mustSucceed(session, `cannot write ${path}`, result, {
    21: { why: 'a directory is in its place', next: 'move that directory away', state: OLD_KEPT },
    22: { why: `its folder ${path.slice(0, path.lastIndexOf('/'))} does not exist`, state: OLD_KEPT },
    23: { state: OLD_KEPT },
    24: { why: 'its content was cut off on the way', state: OLD_KEPT, next: 'run again' },
    25: { state: 'files named before it may already be the new ones', next: 'run again' },
  })
}
