# Makes a running host blank again: ends what was started on it, then puts its files back.

reset_host() {
  local dir
  dir=$(host_dir "$1")
  if ! host_runs "$1"; then
    power_wipe "$1"
    return
  fi
  network_mend "$1"
  cgroup_kill "host-$1/exec"
  host_enter "$1" sh -s <<'TEXT' || die "host $1 cannot be reset; try wipe"
units=$(find /run/systemd/transient /run/systemd/system /etc/systemd/system -maxdepth 1 -type f \
  \( -name '*.service' -o -name '*.timer' -o -name '*.socket' -o -name '*.path' -o -name '*.scope' \) -printf '%f\n' 2>/dev/null)
if [ -n "$units" ]; then
  # Killed first: an orderly stop of an etcd without quorum takes its time, and Restart= is ended by the stop after it.
  systemctl kill --kill-who=all -s KILL $units 2>/dev/null
  systemctl stop $units 2>/dev/null
fi
# Sessions and what they left running; sshd itself stays.
group=$(systemctl show -P ControlGroup ssh.service)
main=$(systemctl show -P MainPID ssh.service)
for file in /sys/fs/cgroup/systemd$group/cgroup.procs /sys/fs/cgroup/unified$group/cgroup.procs /sys/fs/cgroup$group/cgroup.procs; do
  [ -r "$file" ] || continue
  for process in $(cat "$file"); do
    [ "$process" = "$main" ] || kill -KILL "$process" 2>/dev/null
  done
done
[ ! -r /run/lab/mounts ] || tac /run/lab/mounts | while read -r target; do umount -l "$target"; done
exit 0
TEXT
  pristine_restore "$1"
  # shellcheck disable=SC2016 # expanded on the host
  { cat "$dir/run.list"; echo ------; } | host_enter "$1" sh -c '
known=$(mktemp /run/reset.XXXXXX)
sed "/^------$/q" >"$known"
find /run /tmp /dev/shm /var/tmp -mindepth 1 -maxdepth 2 -not -path "/run/systemd*" -not -path "/var/tmp/systemd-private*" \
  -not -path "/tmp/systemd-private*" | grep -vxFf "$known" | while read -r path; do rm -rf --one-file-system "$path"; done
systemctl daemon-reload
systemctl reset-failed
journalctl -q --sync
journalctl -q --rotate
rm -f /var/log/journal/*/*@*.journal
' 2>/dev/null || die "host $1 cannot be reset; try wipe"
  host_answers "$1" || host_wait "$1"
}
