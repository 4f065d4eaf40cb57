# One host: an overlay over the base, and systemd-nspawn booting it.

host_name() { echo "$LAB-$1"; }

# Makes an empty disk with the host's identity on it.
host_disk() {
  local dir root other
  dir=$(host_dir "$1")
  root=$dir/root
  mkdir -p "$root" "$dir/upper" "$dir/work"
  mount -t overlay "edl$INDEX-$1" -o "lowerdir=$(<"$LAB_DIR/base"),upperdir=$dir/upper,workdir=$dir/work" "$root"
  host_name "$1" >"$root/etc/hostname"
  # An own machine id that survives wipe keeps journals apart and recognisable.
  printf 'edl %s %s' "$LAB" "$1" | md5sum | cut -c1-32 >"$root/etc/machine-id"
  {
    echo "127.0.0.1 localhost"
    echo "::1 localhost ip6-localhost"
    # There is no name server, so names come from here, also those of hosts that join later.
    for other in 1 2 3 4 5 6 7 8 9; do
      echo "$(network_address "$other") $(host_name "$other")"
    done
    echo "$(gateway_address) machine"
  } >"$root/etc/hosts"
  install -m 600 "$dir"/ssh/ssh_host_*_key "$root/etc/ssh/"
  install -m 644 "$dir"/ssh/ssh_host_*_key.pub "$root/etc/ssh/"
  install -m 600 "$LAB_DIR/ssh/authorized_keys" "$root/root/.ssh/authorized_keys"
}

# systemd-nspawn leaves the lock file of a root directory behind when it is killed.
host_forget_lock() { rm -f "/run/systemd/nspawn/locks/$(stat -c 'inode-%d:%i' "$(host_dir "$1")/root")"; }

host_disk_remove() {
  local dir
  dir=$(host_dir "$1")
  if mountpoint -q "$dir/root"; then
    host_forget_lock "$1"
    umount "$dir/root" || umount -l "$dir/root"
  fi
  rm -rf --one-file-system "$dir/upper" "$dir/work" "$dir/pristine"
}

# A host counts once its first boot is through; before that it is a remainder of an `up` that failed.
host_is_complete() { [ -f "$(host_dir "$1")/run.list" ]; }

host_discard() {
  [ -d "$(host_dir "$1")" ] || return 0
  cgroup_kill "host-$1"
  cgroup_remove "host-$1"
  host_disk_remove "$1"
  ip netns delete "edl$INDEX-$1" 2>/dev/null || true
  rm -rf --one-file-system "$(host_dir "$1")"
}

# Boots the host in the background; the keeper outlives this command and answers the guest's own reboots.
host_start() {
  (detach "$LAB_HOME/lib/keeper" "$LAB_HOME" "$STATE" "$LAB" "$1" </dev/null >>"$(host_dir "$1")/console.log" 2>&1)
}

# The guest's PID 1 as the machine sees it; fails while there is none.
host_init() {
  local supervisor child
  supervisor=$(cat "$(host_dir "$1")/supervisor.pid" 2>/dev/null) || return 1
  for child in $(pgrep -P "$supervisor"); do
    awk '$1 == "NSpid:" { exit !(NF >= 3 && $NF == 1) }' "/proc/$child/status" 2>/dev/null || continue
    echo "$child"
    return 0
  done
  return 1
}

# host_enter NUMBER CMD...: CMD in the host's namespaces.
host_enter() {
  local number=$1 init
  shift
  init=$(host_init "$number") || return 125
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    "$(command -v nsenter)" --target "$init" --mount --uts --ipc --net --pid --cgroup --root --wd -- "$@"
}

host_answers() {
  local state
  state=$(host_enter "$1" timeout 60 systemctl is-system-running --wait 2>/dev/null </dev/null) || true
  [ "$state" = running ] || [ "$state" = degraded ]
}

host_wait() {
  wait_until 90 host_answers "$1" && return 0
  tail -n 20 "$(host_dir "$1")/console.log" >&2
  die "host $1 of lab '$LAB' did not come up within 90 s, see $(host_dir "$1")/console.log"
}

host_runs() { host_init "$1" >/dev/null; }

host_exec() {
  lab_require
  require_host "${1:-}"
  local number=$1
  shift
  [ "${1:-}" != -- ] || shift
  [ $# -gt 0 ] || set -- bash -l
  host_runs "$number" || die "host $number of lab '$LAB' is not running; boot it with: lab/lab --lab $LAB boot $number"
  # What a command leaves running belongs to the host and must end with it.
  cgroup_enter "host-$number/exec" $$
  host_enter "$number" "$@"
}

host_ssh() {
  lab_require
  require_host "${1:-}"
  local number=$1
  shift
  [ "${1:-}" != -- ] || shift
  exec ssh -i "$LAB_DIR/ssh/id_ed25519" -o IdentitiesOnly=yes -o UserKnownHostsFile="$LAB_DIR/ssh/known_hosts" \
    -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes -o BatchMode=yes -o ConnectTimeout=5 \
    -F /dev/null "root@$(network_address "$number")" "$@"
}
