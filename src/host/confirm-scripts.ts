import { ROLL_SHELL } from './roll-shell.js'

/**
 * Arguments: state folder, service, revert unit, seconds, bin-dir, store in it, unit folder, revert script, then NAME PATH for each
 * file. The script is no input: input ends early where the client dies, and half a script would take nothing back.
 */
export const ARM_SCRIPT = `set -u
state=$1 service=$2 revert=$3 seconds=$4 bin=$5 store=$6 units=$7 script=$8
shift 8
${ROLL_SHELL}
command -v systemd-run >/dev/null || stop 23 'systemd-run'
take_lock
guard "$units" "$bin" "$bin/$store"
guard_files() { while [ $# -ge 2 ]; do guard "\${2%/*}/"; shift 2; done; }
guard_files "$@"
made=no
undo() {
  [ $made = no ] || { end_timer "$revert" "$units"; rm -rf -- "$state/previous"; }
  rm -rf -- "$state/.previous"
  exit "$1"
}

keep() {
  rm -rf -- "$state/.previous" "$state/.done" && rm -f -- "$state/outcome" && mkdir -m 0700 -- "$copy" || return 1
  for tool in etcd etcdctl etcdutl; do
    if [ -L "$bin/$tool" ]; then readlink -- "$bin/$tool" >"$copy/link-$tool" || return 1
    elif [ -f "$bin/$tool" ]; then
      ( umask 022; mkdir -p -- "$bin/$store/replaced" ) && ln -f -T -- "$bin/$tool" "$bin/$store/replaced/$tool" &&
        echo "$store/replaced/$tool" >"$copy/link-$tool" || return 1
    fi
  done
  while [ $# -ge 2 ]; do
    [ ! -f "$2" ] || cp -p -- "$2" "$copy/$1" || return 1
    printf '%s\\t%s\\n' "$1" "$2" >>"$copy/files" || return 1
    shift 2
  done
  printf '%s' "$script" >"$copy/revert" && printf '%s\\n' "$service" "$bin" "$units" "$(started "$service")" >"$copy/places" || return 1
  sync -- "$copy"/* "$copy" && mv -T -- "$copy" "$state/previous" && made=yes && sync -- "$state"
}
copy=$state/.previous
if unconfirmed; then
  # What was there before the first unconfirmed change is what has to come back, not what that change has put there.
  [ "$(outcome)" != reverting ] || stop 21 ''
  rm -f -- "$state/outcome"
else
  keep "$@" || undo 24
fi

end_timer "$revert" "$units"
# What is ordered after the unit, the service at boot, waits for the first tries alone; it is tried until it is done.
again="systemd-run --quiet --unit=$revert-again --property=SyslogIdentifier=etcd-deploy"
again="$again /bin/sh -c \\"while [ -e $state/previous/revert ]; do sleep 5; /bin/sh $state/previous/revert; done\\""
# Not only a timer: that would be gone after a reboot, and the change with it neither confirmed nor taken back.
umask 022
cat >"$units/$revert.service" <<UNIT || undo 24
[Unit]
Description=Take the unconfirmed change of $service by etcd-deploy back
ConditionPathExists=$state/previous/revert
Before=$service.service

[Service]
Type=oneshot
SyslogIdentifier=etcd-deploy
ExecStart=/bin/sh -c 'for try in 1 2 3 4 5; do /bin/sh $state/previous/revert && exit 0; sleep 3; done; $again; exit 1'
UNIT
mkdir -p -- "$units/multi-user.target.wants" &&
  ln -s -f -T -- "$units/$revert.service" "$units/multi-user.target.wants/$revert.service" &&
  sync -- "$units/$revert.service" "$units" "$units/multi-user.target.wants" || undo 24
systemctl daemon-reload || undo 22
systemd-run --quiet --on-active="$seconds" --timer-property=AccuracySec=100ms --unit="$revert" || undo 22
`

/** Arguments: state folder, revert unit, unit folder. Prints `confirmed` or `reverted`, or nothing where nothing was armed. */
export const DISARM_SCRIPT = `set -u
state=$1 revert=$2 units=$3
${ROLL_SHELL}
[ -d "$state" ] || exit 0
take_lock
if unconfirmed; then
  [ "$(outcome)" != reverting ] || exit 21
  # From the rename on it is confirmed: a timer that fires then finds nothing to take back.
  set_outcome confirmed && mv -T -- "$state/previous" "$state/.done" && sync -- "$state" || exit 23
fi
outcome
[ "$(outcome)" != confirmed ] || { end_timer "$revert" "$units"; rm -rf -- "$state/.done" "$state/next"; }
`

/**
 * Arguments: state folder, revert unit, unit folder, service. systemd runs it, as it does for the timer: it goes on when the
 * connection is lost, and never runs twice at once. Prints the outcome, empty where nothing was armed.
 */
export const REVERT_NOW_SCRIPT = `set -u
state=$1 revert=$2 units=$3 service=$4
${ROLL_SHELL}
guard "$state" "$units"
if unconfirmed; then
  if [ -f "$units/$revert.service" ]; then systemctl start -- "$revert.service" 2>/dev/null
  else sh "$state/previous/revert" >/dev/null
  fi
  ! unconfirmed || { journalctl --no-pager --quiet --output=cat --lines=5 --unit="$revert.service" >&2; exit 21; }
fi
[ -d "$state" ] || exit 0
take_lock
end_timer "$revert" "$units"
outcome
[ "$(outcome)" != reverted ] || await_restart "$service" "$(tail -n +2 -- "$state/outcome")"
`
