import { ROLL_SHELL } from './roll-shell.js'

/**
 * What takes an unconfirmed change back, as it is kept on the host in `previous/revert`; the host runs it without us. It may be
 * killed at any point and run again: `previous/` goes last. A process that runs since before the change is not restarted.
 */
export const REVERT_SCRIPT = `#!/bin/sh
# Left by etcd-deploy while it changes this member: puts the binaries, unit and certificates that were here before
# back and restarts the service. The data directory is not touched.
set -u
state=$(cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
${ROLL_SHELL}
# It waits for nobody but a run of ours or itself.
take_lock revert
previous=$state/previous
unconfirmed || exit 0
{ IFS= read -r service; IFS= read -r bin; IFS= read -r units; IFS= read -r running; } <"$previous/places" || stop 1 "cannot read $previous/places"
tab=$(printf '\\t')
guard "$bin" "$units"
while IFS=$tab read -r name path; do guard "\${path%/*}/"; done <"$previous/files"

# A file that the change did not touch is left alone: a CA that is put there anew passes for one that the process has not read yet.
identity() { sha256sum <"$1" && stat -c '%a %u %g' -- "$1"; }
same() { [ -f "$1" ] && [ -f "$2" ] && [ "$(identity "$1")" = "$(identity "$2")" ]; }
put_back() {
  # Room for what follows, should the disk be full.
  rm -rf -- "$state/next"
  while IFS=$tab read -r name path; do
    beside "$path"
    rm -f -- "$temp"
    ! same "$previous/$name" "$path" || continue
    [ ! -f "$previous/$name" ] || { cp -p -- "$previous/$name" "$temp" && sync -- "$temp"; } || stop 1 "cannot write $temp"
  done <"$previous/files"
  for tool in etcd etcdctl etcdutl; do
    if [ -f "$previous/link-$tool" ]; then
      point "$bin" "$tool" "$(cat -- "$previous/link-$tool")" || stop 1 "cannot put $bin/$tool back"
    elif [ -L "$bin/$tool" ]; then
      rm -f -- "$bin/$tool"
    fi
  done
  while IFS=$tab read -r name path; do
    beside "$path"
    ! same "$previous/$name" "$path" || continue
    if [ -f "$previous/$name" ]; then mv -f -T -- "$temp" "$path"; else rm -f -- "$path"; fi || stop 1 "cannot put $path back"
    sync -- "\${path%/*}"
  done <"$previous/files"
  sync -- "$bin"
  systemctl daemon-reload
  said="the change of $service was not confirmed: what was here before is back"
  # The process from before the change never saw it.
  [ "$running" = 0 ] || [ "$(started "$service")" != "$running" ] || return 0
  seen=$(property "$service" ExecMainStartTimestampMonotonic)
  systemctl reset-failed -- "$service.service" 2>/dev/null
  systemctl restart --no-block -- "$service.service" || stop 1 "cannot restart $service"
  said="$said, and the service restarts"
}

set_outcome reverting || stop 1 "cannot write in $state"
said='the change was taken back before it had begun' seen=
[ ! -e "$previous/swapped" ] || put_back
set_outcome reverted "$seen" && mv -T -- "$previous" "$state/.done" || stop 1 "cannot write in $state"
sync -- "$state"
rm -rf -- "$state/.done" "$state/next"
echo "$said"
name=etcd-deploy-revert-$service
systemctl stop -- "$name.timer" 2>/dev/null
rm -f -- "$units/multi-user.target.wants/$name.service" "$units/$name.service"
systemctl daemon-reload
exit 0
`
