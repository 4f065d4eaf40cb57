# Things that go wrong on a host, and how to put them right. `reset` and `wipe` undo all of them.

# on HOST CMD...: CMD on the host, with a message if the host is not there.
on() {
  require_host "${1:-}"
  host_runs "$1" || die "host $1 of lab '$LAB' is not running"
  host_enter "$@"
}

# All containers share the kernel's clock, so only what `date` says can be moved.
fault_clock() {
  local sign number unit seconds
  [[ ${2:-} =~ ^([+-]?)([0-9]+)([smhd]?)$ ]] || die "usage: lab/lab clock HOST +1h|-90s|0"
  sign=${BASH_REMATCH[1]} number=${BASH_REMATCH[2]} unit=${BASH_REMATCH[3]}
  case $unit in m) seconds=$((number * 60)) ;; h) seconds=$((number * 3600)) ;; d) seconds=$((number * 86400)) ;; *) seconds=$number ;; esac
  if [ "$seconds" -eq 0 ]; then
    on "$1" rm -f /usr/local/bin/date
    return
  fi
  on "$1" sh -c 'cat >/usr/local/bin/date && chmod 755 /usr/local/bin/date' <<TEXT
#!/bin/sh
# Put here by the lab: a clock that is ${sign:-+}$seconds seconds off.
for word in "\$@"; do
  case \$word in
    -d* | --date* | -r* | --reference* | -s* | --set* | -f* | --file*) exec /usr/bin/date "\$@" ;;
  esac
done
exec /usr/bin/date -d '${sign:-+}$seconds seconds' "\$@"
TEXT
}

fault_tmpfs() {
  [ $# -eq 3 ] || die "usage: lab/lab tmpfs HOST PATH SIZE"
  # shellcheck disable=SC2016 # expanded on the host
  on "$1" sh -ec 'mkdir -p "$1" /run/lab; mount -t tmpfs -o "size=$2,mode=755" lab "$1"; echo "$1" >>/run/lab/mounts' - "$2" "$3"
}

fault_readonly() {
  [ $# -eq 2 ] || die "usage: lab/lab readonly HOST PATH"
  # shellcheck disable=SC2016 # expanded on the host
  on "$1" sh -ec 'mkdir -p /run/lab; mount --bind "$1" "$1"; echo "$1" >>/run/lab/mounts; mount -o remount,bind,ro "$1"' - "$2"
}

fault_readwrite() {
  [ $# -eq 2 ] || die "usage: lab/lab readwrite HOST PATH"
  # shellcheck disable=SC2016 # expanded on the host
  on "$1" sh -ec 'umount -l "$1"; grep -vxF "$1" /run/lab/mounts >/run/lab/mounts.new || true; mv /run/lab/mounts.new /run/lab/mounts' - "$2"
}

fault_occupy() {
  [[ $# -ge 2 && $2 =~ ^[0-9]+$ ]] || die "usage: lab/lab occupy HOST PORT [ADDRESS]"
  require_host "$1"
  local address=${3:-$(network_address "$1")}
  on "$1" systemd-run --quiet --unit="lab-occupy-$2" systemd-socket-activate --accept --listen="$address:$2" cat
  wait_until 5 port_taken "$1" "$2" || die "port $2 of host $1 was not taken"
}

port_taken() { [ -n "$(on "$1" ss -Hltn "sport = :$2")" ]; }

fault_free() {
  [ $# -eq 2 ] || die "usage: lab/lab free HOST PORT"
  on "$1" systemctl stop "lab-occupy-$2"
}

fault_user() {
  [ $# -eq 2 ] || die "usage: lab/lab user HOST NAME"
  # shellcheck disable=SC2016 # expanded on the host
  on "$1" sh -ec '
id "$1" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$1"
install -d -m 700 -o "$1" -g "$1" "/home/$1/.ssh"
install -m 600 -o "$1" -g "$1" /root/.ssh/authorized_keys "/home/$1/.ssh/authorized_keys"
rm -f "/etc/sudoers.d/$1"' - "$2"
}

fault_sudoer() {
  fault_user "$@"
  # shellcheck disable=SC2016 # expanded on the host
  on "$1" sh -ec 'umask 227; echo "$1 ALL=(ALL) NOPASSWD: ALL" >"/etc/sudoers.d/$1"' - "$2"
}

# Every command that comes over SSH waits for a word of the one who listens on the socket /var/lib/lab-gate of the host.
fault_gate() {
  on "${1:-}" sh -ec 'cat >/usr/local/sbin/lab-gate
chmod 755 /usr/local/sbin/lab-gate
grep -q lab-gate /root/.ssh/authorized_keys || sed -i "s|^|command=\"/usr/local/sbin/lab-gate\" |" /root/.ssh/authorized_keys' <"$LAB_HOME/lib/gate"
}
