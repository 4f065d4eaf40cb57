import { snapshotRoom } from '../cluster/snapshot-room.js'
import type { HostSession } from '../ssh/port.js'
import { PRIVATE_WAY } from './private-way.js'
import { mustSucceed } from './refusal.js'

const HEAD = `set -u
LC_ALL=C; PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
umask 077
${PRIVATE_WAY}`

/** Arguments: directory, bytes that are needed. Prints the folder that a snapshot may be saved into. */
const PREPARE_SCRIPT = `${HEAD}
dir=$1 need=$2
guard "$dir"
if [ ! -d "$dir" ]; then
  ( umask 022; mkdir -p -- "\${dir%/*}/" ) && mkdir -m 0700 -- "$dir" || exit 23
fi
rm -rf -- "$dir"/.etcd-deploy-snapshot-*
free=$(df -P -k -- "$dir" | awk 'NR == 2 { printf "%.0f", $4 * 1024 }')
if [ "$free" -lt "$need" ]; then echo "$free" >&2; exit 21; fi
folder=$dir/.etcd-deploy-snapshot-$$
mkdir -m 0700 -- "$folder" || exit 23
printf '%s\\n' "$folder"
`

/**
 * Arguments: directory, folder with the snapshot, its name, how names of this cluster's begin, how many to keep. Prints SHA-256 and
 * size, then a line for each one that it deleted.
 */
const KEEP_SCRIPT = `${HEAD}
dir=$1 folder=$2 name=$3 prefix=$4 keep=$5
guard "$dir"
# etcd sends the digest of all that comes before behind it (server/etcdserver/api/v3rpc/maintenance.go Snapshot).
sent=$(tail -c 32 -- "$folder/snapshot.db" | od -An -v -tx1 | tr -d ' \\n')
body=$(head -c -32 -- "$folder/snapshot.db" | sha256sum) || exit 23
[ "\${body%% *}" = "$sent" ] || exit 22
[ ! -e "$dir/$name" ] || { echo "$dir/$name is there already" >&2; exit 23; }
chown root:root -- "$folder/snapshot.db" && chmod 0600 -- "$folder/snapshot.db" && sync -- "$folder/snapshot.db" || exit 23
sum=$(sha256sum <"$folder/snapshot.db") || exit 23
size=$(stat -c %s -- "$folder/snapshot.db")
mv -T -- "$folder/snapshot.db" "$dir/$name" && sync -- "$dir" || exit 23
rmdir -- "$folder"
echo "\${sum%% *} $size"
# Only names that nobody but us would give.
pattern="^$prefix[0-9]\\{8\\}T[0-9]\\{6\\}Z-rev[0-9]\\{1,\\}\\.db\\$"
ls -1 -- "$dir" | grep -e "$pattern" | sort -r | tail -n +"$((keep + 1))" | while IFS= read -r old; do
  [ -f "$dir/$old" ] && [ ! -L "$dir/$old" ] && rm -f -- "$dir/$old" && echo "$dir/$old"
done
exit 0
`

const DISCARD_SCRIPT = `${HEAD}
guard "\${1%/*}"
case $1 in */.etcd-deploy-snapshot-*) rm -rf -- "$1" ;; *) exit 23 ;; esac
`

/**
 * Makes `dir` (0700 of root where it is missing) and a private folder in it for a snapshot of a database of `dbSize` bytes; gives
 * the path to save it at. What broken tries left goes. Throws Failure, also where there is not room for the database and 64 MiB.
 */
export const prepareSnapshot = async (session: HostSession, dir: string, dbSize: number): Promise<string> => {
  const need = snapshotRoom(dbSize)
  const result = await session.run({
    label: 'prepare a snapshot',
    script: PREPARE_SCRIPT,
    args: [dir, String(need)],
    timeoutMs: 30_000,
  })
  mustSucceed(
    session,
    'cannot take a snapshot',
    result,
    {
      21: {
        why: `${dir} has ${mebibytes(Number(result.stderr.trim()))} free, the snapshot needs ${mebibytes(need)}`,
        next: 'free some space there, choose another snapshot-dir, or set snapshot: never',
      },
    },
    'no member was touched',
  )
  return `${result.stdout.trim()}/snapshot.db`
}

export interface SnapshotToKeep {
  readonly dir: string
  /** Where `prepareSnapshot` said it should be saved. */
  readonly saved: string
  /** Its name from now on. */
  readonly name: string
  /** How the names of this cluster's snapshots begin; then comes the time. */
  readonly prefix: string
  /** How many there are to be, this one included; at least 1. */
  readonly keep: number
}

export interface KeptSnapshot {
  readonly path: string
  /** Lower-case hex. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  /** Paths of older ones that went. */
  readonly deleted: readonly string[]
}

/**
 * Checks the digest that etcd sent with a snapshot, gives it its name, 0600 of root, and deletes the oldest of this cluster's so that
 * `keep` are left; other files are never touched. Throws Failure.
 */
export const keepSnapshot = async (session: HostSession, wanted: SnapshotToKeep): Promise<KeptSnapshot> => {
  const { dir, saved, name, prefix, keep } = wanted
  const result = await session.run({
    label: 'keep the snapshot',
    script: KEEP_SCRIPT,
    args: [dir, saved.slice(0, saved.lastIndexOf('/')), name, prefix, String(Math.max(1, keep))],
    timeoutMs: 300_000,
  })
  const broken = {
    why: 'the digest that etcd sent with it is not that of the file: it was damaged on its way to the disk, or there',
    next: 'look at that disk (dmesg), then run again',
  }
  mustSucceed(session, 'cannot keep the snapshot', result, { 22: broken }, 'no member was touched')
  const [first = '', ...deleted] = result.stdout.trim().split('\n')
  const [sha256 = '', size = ''] = first.split(' ')
  return { path: `${dir}/${name}`, sha256, size: Number(size), deleted }
}

/** Deletes what `prepareSnapshot` made and whatever is in it; never throws, as something else has failed already. */
export const discardSnapshot = async (session: HostSession, saved: string): Promise<void> => {
  await session
    .run({
      label: 'remove an unfinished snapshot',
      script: DISCARD_SCRIPT,
      args: [saved.slice(0, saved.lastIndexOf('/'))],
      timeoutMs: 15_000,
    })
    .catch(() => undefined)
}

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`
