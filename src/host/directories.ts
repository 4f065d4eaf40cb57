import type { Layout } from '../cluster/desired.js'
import type { HostSession } from '../ssh/port.js'
import { EXPOSED, PRIVATE_WAY } from './private-way.js'
import { mustSucceed } from './refusal.js'

/**
 * Arguments: the service user, then CLAIM MODE OWNER PATH for each directory, parents first. CLAIM is `own` (brought to
 * its mode and owner) or `shared` (made where it is missing, else left as it is: others use it too).
 * Prints a line for each change.
 */
const DIRECTORIES_SCRIPT = `set -eu
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
user=$1
shift
${PRIVATE_WAY}
stop() { [ "$1" -ne ${EXPOSED} ] || not_private; echo "cannot make $path: there is something else in its place, or on the way" >&2; exit "$1"; }
say() { [ $made = yes ] || echo "$1"; }
reaches() { setpriv --reuid="$id" --regid="$group" --init-groups test -x "$1" 2>/dev/null; }
can_check=no
if [ "$user" != root ] && command -v setpriv >/dev/null; then
  id=$(id -u -- "$user") group=$(id -g -- "$user") can_check=yes
fi

# Words that are no paths are on no way.
ahead "$@"
while [ $# -ge 4 ]; do
  claim=$1 mode=$2 owner=$3 path=$4
  shift 4
  made=no making=yes
  approach "$path" || stop $?
  making=no
  if [ ! -e "./$last" ]; then
    # Closed until it has its owner.
    mkdir -m 0700 -- "./$last"
    made=yes
    echo "made $path"
  fi
  # From here on this directory is worked on, whatever has its name.
  [ "$last" != . ] && [ -d "./$last" ] && cd -P "./$last" || stop 28
  [ "$claim" = own ] || private || stop $?
  if [ "$claim" = own ] || [ $made = yes ]; then
    now=$(stat -c '%U %a' -- .)
    [ "\${now% *}" = "$owner" ] || { chown -- "$owner:" .; say "owner of $path"; }
    [ "\${now#* }" = "$mode" ] || { chmod -- "$mode" .; say "mode of $path"; }
  fi

  # What was there before keeps its mode, and the service has to get through it all the same.
  if [ $can_check = yes ] && ! reaches "$path"; then
    near= rest=\${path#/}/
    while [ -n "$rest" ]; do
      near=$near/\${rest%%/*} rest=\${rest#*/}
      reaches "$near" || break
    done
    echo "$near is $(stat -L -c '%A, owner %U' -- "$near")" >&2
    exit 21
  fi
done
`

/**
 * Makes the directories of the layout: `bin-dir` and `ca-dir` 0755 of root where they are missing (existing ones are
 * never changed), `data-dir` and `wal-dir` 0700 of the service user. The user has to exist.
 * Gives one line for each change, none when all was right. Throws Failure, also where the service user could not reach one.
 */
export const ensureDirectories = async (
  session: HostSession,
  { binDir, caDir, dataDir, walDir, serviceUser }: Layout,
): Promise<readonly string[]> => {
  const own = [dataDir, walDir].filter((path) => path !== '').sort((a, b) => a.length - b.length)
  const result = await session.run({
    label: 'make directories',
    script: DIRECTORIES_SCRIPT,
    args: [
      serviceUser,
      ...[binDir, caDir].flatMap((path) => ['shared', '755', 'root', path]),
      ...own.flatMap((path) => ['own', '700', serviceUser, path]),
    ],
    timeoutMs: 30_000,
  })
  mustSucceed(session, 'cannot make the directories', result, {
    21: {
      what: `the service user ${serviceUser} cannot reach its files`,
      why: result.stderr.trim(),
      next: `let it pass (chmod o+x on that directory), or use service-user: root`,
    },
  })
  return result.stdout.split('\n').filter((line) => line !== '')
}
