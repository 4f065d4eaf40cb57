import type { HostSession } from '../ssh/port.js'
import { MANIFEST, STATE_DIR, STORE } from '../cluster/places.js'
import { PRIVATE_WAY } from './private-way.js'
import { mustSucceed } from './refusal.js'

/** Arguments: bin-dir, store in it, folder of all services' notes, then the releases to keep, as their names begin. */
const PRUNE_SCRIPT = `set -u
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
bin=$1 store=$2 states=$3
shift 3
${PRIVATE_WAY}
guard "$bin/$store" "$states"
# A member that is not confirmed may be put back to any of them, and one that is prepared may be brought to any.
for pending in "$states"/*/previous "$states"/*/next; do [ ! -d "$pending" ] || exit 0; done
cd -- "$bin/$store" 2>/dev/null || exit 0
running=$(ls -l /proc/[0-9]*/exe 2>/dev/null)
here=$(pwd -P)
for release in v*-*; do
  # Nothing but what was unpacked and checked by us.
  [ -f "$release/${MANIFEST}" ] && [ ! -L "$release" ] || continue
  for keep; do case $release in "$keep"-*) continue 2 ;; esac; done
  for tool in etcd etcdctl etcdutl; do
    case $(readlink -- "$bin/$tool") in "$store/$release"/*) continue 2 ;; esac
  done
  case $running in *"$here/$release"/*) continue ;; esac
  # Without its list it is no release any more, should this end half-way.
  rm -f -- "$release/${MANIFEST}" && rm -rf -- "$release" && echo "$release"
done
exit 0
`

/**
 * Deletes releases in the store of a host but those of the versions to keep (X.Y.Z), of what is linked and of what runs; none at all
 * where a change of any member there is prepared or not confirmed. Gives the names of those that went. Throws Failure.
 */
export const pruneReleases = async (
  session: HostSession,
  binDir: string,
  keep: readonly string[],
  stateDir = STATE_DIR,
): Promise<readonly string[]> => {
  const result = await session.run({
    label: 'delete older releases',
    script: PRUNE_SCRIPT,
    args: [binDir, STORE, stateDir, ...keep.map((version) => `v${version}`)],
    timeoutMs: 60_000,
  })
  mustSucceed(session, 'cannot delete older releases', result)
  return result.stdout.split('\n').filter((line) => line !== '')
}
