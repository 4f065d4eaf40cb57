# The root file system that all hosts share, read-only: a minimal Debian with sshd and nothing to download with.

BASE_SUITE=bookworm
BASE_PACKAGES=systemd,systemd-sysv,dbus,openssh-server,iproute2,ca-certificates,procps,sudo

# The name holds a digest of the recipe: a changed recipe is another base, and old labs keep theirs.
base_dir() {
  local recipe
  recipe=$(sha256sum <"$LAB_HOME/lib/base.sh")
  echo "$STATE/base/$BASE_SUITE-${recipe:0:12}"
}

base_build() {
  local base partial
  base=$(base_dir)
  [ ! -e "$base" ] || return 0
  say "building the base system in $base (about a minute, once)"
  partial=$STATE/base/partial
  rm -rf --one-file-system "$partial"
  mkdir -p "$partial"
  if ! debootstrap --variant=minbase --include="$BASE_PACKAGES" --keyring="$(debian_keyring)" \
    "$BASE_SUITE" "$partial" "$(debian_mirror)" >"$STATE/base/debootstrap.log" 2>&1; then
    tail -n 15 "$STATE/base/debootstrap.log" >&2
    die "debootstrap failed, see $STATE/base/debootstrap.log"
  fi
  base_configure "$partial"
  mv "$partial" "$base"
  base_prune
}

# Bases of earlier recipes go when no lab stands on them.
base_prune() {
  local old
  for old in "$STATE"/base/*/; do
    old=${old%/}
    [ "$old" = "$(base_dir)" ] || grep -qxF "$old" "$STATE"/labs/*/base 2>/dev/null || rm -rf --one-file-system "$old"
  done
}

base_configure() {
  local root=$1 unit
  # Every host brings its own identity.
  rm -f "$root"/etc/ssh/ssh_host_* "$root"/etc/machine-id "$root"/var/lib/dbus/machine-id "$root"/etc/hostname
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer console-getty.service getty@.service getty.target systemd-firstboot.service ldconfig.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
  mkdir -p "$root"/var/log/journal "$root"/etc/systemd/journald.conf.d "$root"/root/.ssh
  chmod 700 "$root"/root/.ssh
  cat >"$root"/etc/systemd/journald.conf.d/lab.conf <<'TEXT'
[Journal]
Storage=persistent
SystemMaxUse=64M
SystemMaxFileSize=8M
TEXT
  cat >"$root"/etc/ssh/sshd_config.d/lab.conf <<'TEXT'
PermitRootLogin prohibit-password
PasswordAuthentication no
UseDNS no
MaxStartups 100:30:200
MaxSessions 100
TEXT
}
