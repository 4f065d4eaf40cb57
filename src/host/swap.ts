import type { Layout } from '../cluster/desired.js'
import type { HostSession } from '../ssh/port.js'
import { STORE } from '../cluster/places.js'
import { mustSucceed } from './refusal.js'
import { RELEASE_SHELL } from './release-scripts.js'
import { rolledFiles, rollState, ROOTS } from './roll-places.js'
import { revertUnit, ROLL_SHELL } from './roll-shell.js'
import { lockRefusals } from './staging.js'

/** Arguments: state folder, revert unit, bin-dir, store in it, then NAME PATH MODE OWNER for each file. */
const SWAP_SCRIPT = `set -u
state=$1 revert=$2 bin=$3 store=$4
shift 4
${RELEASE_SHELL}
${ROLL_SHELL}
[ -d "$state" ] || exit 21
take_lock
guard "$bin" "$bin/$store"
guard_files() { while [ $# -ge 4 ]; do guard "\${2%/*}/"; shift 4; done; }
guard_files "$@"
next=$state/next
unconfirmed && [ "$(outcome)" != reverting ] && systemctl is-active --quiet -- "$revert.timer" || exit 21
[ -d "$next" ] || exit 22

stage() {
  while [ $# -ge 4 ]; do
    if [ -f "$next/$1" ]; then
      beside "$2"
      [ ! -d "$2" ] || { echo "$2 is a directory" >&2; return 1; }
      rm -f -- "$temp" && cp -- "$next/$1" "$temp" && chown -- "$4:" "$temp" && chmod -- "$3" "$temp" && sync -- "$temp" ||
        return 1
    fi
    shift 4
  done
}
commit() {
  while [ $# -ge 4 ]; do
    beside "$2"
    [ ! -f "$next/$1" ] || mv -f -T -- "$temp" "$2" || return 1
    shift 4
  done
}
settle() {
  while [ $# -ge 4 ]; do
    beside "$2"
    rm -f -- "$temp"
    sync -- "\${2%/*}"
    shift 4
  done
}

if [ -f "$next/release" ]; then
  release=$(cat -- "$next/release")
  intact "$bin/$store/$release" || stop 23 "$bin/$store/$release"
fi
stage "$@" && : >"$state/previous/swapped" && sync -- "$state/previous/swapped" "$state/previous" || { settle "$@"; exit 24; }
if [ -f "$next/release" ]; then
  ( set -e; switch_to "$bin" "$store" "$release" ) >/dev/null
  case $? in 0) ;; 22) exit 25 ;; *) exit 24 ;; esac
fi
commit "$@" || exit 24
settle "$@"
# systemd read all units when the timer was armed.
[ ! -f "$next/unit" ] || systemctl daemon-reload || exit 26
`

const NEXT_STATE = 'the host takes back by itself what was already replaced'

/**
 * Puts what was staged in place, each thing by one rename, key and certificate back to back, and lets systemd read a new unit.
 * Nothing is restarted. Only under a revert timer that still runs (`armRevert`). Throws Failure; run again it does the same again.
 */
export const swapStaged = async (session: HostSession, layout: Layout, roots = ROOTS): Promise<void> => {
  const state = rollState(layout, roots)
  const files = rolledFiles(layout, roots)
  const result = await session.run({
    label: 'put the new files of the member in place',
    script: SWAP_SCRIPT,
    args: [
      state,
      revertUnit(layout.serviceName),
      layout.binDir,
      STORE,
      ...files.flatMap(({ name, path, mode, owner }) => [name, path, mode, owner]),
    ],
    timeoutMs: 90_000,
  })
  mustSucceed(
    session,
    'cannot put the new files of the member in place',
    result,
    {
      ...lockRefusals(state),
      21: {
        why: 'no timer runs there that would take the change back',
        state: 'the member was not touched',
        next: 'see the journal of that host (journalctl -t etcd-deploy), then run again',
      },
      22: { why: 'nothing is prepared there', state: 'the member was not touched', next: 'run again' },
      23: {
        why: `the release ${result.stderr.trim()} is not there, or not as it was checked`,
        state: 'the member was not touched',
        next: 'run again: the archive is then sent anew',
      },
      25: {
        why: `${result.stderr.trim()} is a directory`,
        next: 'move it away: the binary of that name belongs there',
      },
    },
    NEXT_STATE,
  )
}
