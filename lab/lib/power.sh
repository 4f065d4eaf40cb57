# Power of a host, and the commands that take several hosts at once.

power_kill() {
  local init
  init=$(host_init "$1") || { say "host $1 is not running"; return 0; }
  kill -KILL "$init"
  power_off_wait "$1"
}

# The keeper removes the pid file after nspawn is gone; what is left in the cgroup is nobody's.
power_off_wait() {
  wait_until 5 test ! -e "$(host_dir "$1")/supervisor.pid" || true
  cgroup_kill "host-$1"
  wait_until 5 test ! -e "$(host_dir "$1")/supervisor.pid" || rm -f "$(host_dir "$1")/supervisor.pid"
  cgroup_remove "host-$1"
}

power_boot() {
  if host_runs "$1"; then
    say "host $1 is running"
    return 0
  fi
  host_start "$1"
  host_wait "$1"
}

power_reboot() {
  local before
  before=$(host_init "$1") || die "host $1 is not running"
  # The connection may go before the answer comes: what counts is the new PID 1.
  host_enter "$1" systemctl reboot </dev/null >/dev/null 2>&1 || true
  wait_until 90 power_has_new_init "$1" "$before" || die "host $1 did not go down within 90 s"
  host_wait "$1"
}

power_has_new_init() {
  local init
  init=$(host_init "$1") && [ "$init" != "$2" ]
}

power_wipe() {
  ! host_runs "$1" || power_kill "$1"
  network_mend "$1"
  host_disk_remove "$1"
  host_disk "$1"
  host_start "$1"
  host_wait "$1"
  pristine_save "$1"
}

# each_host COMMAND HOST...|all: all at once, fails if one fails.
each_host() {
  local verb=$1 number jobs=() failed=0
  shift
  lab_require
  [ $# -gt 0 ] || die "usage: lab/lab $verb HOST..."
  # shellcheck disable=SC2046 # one word per host is meant
  [ "$1" != all ] || set -- $(host_numbers)
  for number in "$@"; do require_host "$number"; done
  for number in "$@"; do
    case $verb in
      cut | mend) "network_$verb" "$number" & ;;
      reset) reset_host "$number" & ;;
      *) "power_$verb" "$number" & ;;
    esac
    jobs+=($!)
  done
  for number in "${jobs[@]}"; do wait "$number" || failed=1; done
  return $failed
}
