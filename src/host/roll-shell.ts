import { PRIVATE_WAY } from './private-way.js'

/** Shell function: what systemd says of one property of a service. */
export const PROPERTY = `property() { systemctl show -p "$2" -- "$1.service" | sed 's/^[^=]*=//'; }`

/**
 * Shell function, behind `PRIVATE_WAY`: makes a folder of our own notes, for root alone, and closes it and the one above it, which
 * earlier versions left open to read.
 */
export const OWN_STATE = `own_state() {
  guard "$1"
  ( umask 077; mkdir -p -- "$1" ) || return 1
  for _folder in "\${1%/*}" "$1"; do
    [ "$(stat -c %a -- "$_folder")" = 700 ] || chmod 0700 -- "$_folder" || return 1
  done
}
`

/**
 * The start of every script that changes a member under the eyes of its revert timer; `$state` is set by the script itself.
 * First line of `outcome`: `reverting`, `reverted` or `confirmed`; second: when the process started that a revert has restarted.
 * `previous/` is there while a change is not confirmed.
 */
export const ROLL_SHELL = `LC_ALL=C; SYSTEMD_COLORS=0; SYSTEMD_PAGER=; PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL SYSTEMD_COLORS SYSTEMD_PAGER PATH
umask 077
stop() { echo "$2" >&2; exit "$1"; }
${PRIVATE_WAY}${OWN_STATE}
# What is locked is for root alone, so that it is nobody else who is waited for; who dies lets go of it.
take_lock() {
  command -v flock >/dev/null || stop 31 'flock'
  own_state "$state" && exec 9>>"\${state%/*}/.\${state##*/}.lock" || exit 33
  flock -w 60 9 || stop 32 'locked'
  # Earlier versions lock the folder instead, which everybody could open then. So it is waited for only where systemd says that
  # a revert is at work, and by a revert itself ($1 is \`revert\`) for moments.
  exec 8<"$state"
  tries=0
  until flock -n 8; do
    tries=$((tries + 1))
    if [ "\${1-}" = revert ]; then [ $tries -lt 5 ] || break
    else
      [ "$(property "etcd-deploy-revert-\${state##*/}" ActiveState)" = activating ] || break
      [ $tries -lt 300 ] || stop 32 'locked'
    fi
    sleep 0.2
  done
}
outcome() { head -n 1 -- "$state/outcome" 2>/dev/null || :; }
set_outcome() { printf '%s\\n' "$@" >"$state/.outcome" && mv -f -T -- "$state/.outcome" "$state/outcome"; }
unconfirmed() { [ -d "$state/previous" ]; }
beside() { temp=\${1%/*}/.\${1##*/}.etcd-deploy-roll; }
point() { ln -s -f -T -- "$3" "$1/.link-$2" && mv -f -T -- "$1/.link-$2" "$1/$2"; }
${PROPERTY}
# When the main process of a service started, on a clock that never goes back; 0 where none runs.
started() { case $(property "$1" MainPID) in '' | 0) echo 0 ;; *) property "$1" ExecMainStartTimestampMonotonic ;; esac; }
# Until the restart of a service has got over the process that started at $2, and what is seen of it from then on is new.
await_restart() {
  tries=0
  while [ $tries -lt 900 ] && [ "$(property "$1" Job)" != 0 ] && [ -n "$(property "$1" Job)" ] &&
    [ "$(property "$1" ExecMainStartTimestampMonotonic)" = "$2" ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
}
# The timer cannot fire while the lock is held: what it started waits for the lock, and ends here without having begun.
end_timer() {
  systemctl stop -- "$1.timer" "$1.service" "$1-again.service" 2>/dev/null
  systemctl reset-failed -- "$1.timer" "$1.service" "$1-again.service" 2>/dev/null
  [ -e "$2/$1.service" ] || return 0
  rm -f -- "$2/multi-user.target.wants/$1.service" "$2/$1.service"
  # systemd would keep it in mind, as the service is ordered after it.
  systemctl daemon-reload
}
`

/** The systemd unit (and timer) that takes an unconfirmed change back; a service cannot have this name, being ours. */
export const revertUnit = (serviceName: string): string => `etcd-deploy-revert-${serviceName}`
