# One cgroup per host below one per lab. Hosts that share one race each other's units (219/CGROUP), and a lab's
# cgroup is also the list of every process to end with it.

# The hierarchies that systemd uses on this machine: cgroup v1's named one and the hybrid's, or pure v2.
cgroup_roots() {
  local root
  if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
    echo /sys/fs/cgroup
    return
  fi
  for root in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
    [ ! -d "$root" ] || echo "$root"
  done
}

# cgroup_enter NAME PID: moves PID into the lab's cgroup NAME.
cgroup_enter() {
  local root
  for root in $(cgroup_roots); do
    mkdir -p "$root/edl$INDEX/$1"
    echo "$2" >"$root/edl$INDEX/$1/cgroup.procs"
  done
}

# Processes below the lab's cgroup NAME (all of the lab without NAME).
cgroup_processes() {
  local root
  for root in $(cgroup_roots); do
    [ ! -d "$root/edl$INDEX/${1:-}" ] || find "$root/edl$INDEX/${1:-}" -name cgroup.procs -exec cat {} + 2>/dev/null || true
  done | sort -un | grep -vx 0 || true
}

cgroup_kill_once() {
  local pids
  pids=$(cgroup_processes "${1:-}")
  [ -n "$pids" ] || return 0
  # shellcheck disable=SC2086 # one word per process is meant
  kill -KILL $pids 2>/dev/null || true
  return 1
}

# cgroup_kill [NAME]: SIGKILL until nothing is left; new processes may be forked in between.
cgroup_kill() { wait_until 15 cgroup_kill_once "${1:-}" || die "processes of cgroup edl$INDEX/${1:-} do not die: $(cgroup_processes "${1:-}" | tr '\n' ' ')"; }

cgroup_remove_once() {
  local root left=0
  for root in $(cgroup_roots); do
    [ ! -d "$root/edl$INDEX/${1:-}" ] || find "$root/edl$INDEX/${1:-}" -depth -type d -exec rmdir {} + 2>/dev/null || left=1
  done
  return $left
}

cgroup_remove() { wait_until 10 cgroup_remove_once "${1:-}" || die "cgroup edl$INDEX/${1:-} cannot be removed"; }
