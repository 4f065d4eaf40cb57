# What the machine itself must have.

packages_missing() {
  local pair
  for pair in systemd-nspawn:systemd-container debootstrap:debootstrap ip:iproute2 ssh:openssh-client \
    openssl:openssl curl:curl pgrep:procps flock:util-linux nsenter:util-linux; do
    command -v "${pair%%:*}" >/dev/null || echo "${pair##*:}"
  done
  [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
  [ -e "$(debian_keyring)" ] || echo debian-archive-keyring
}

packages_install() {
  local missing
  command -v node >/dev/null || die "Node.js 20 or later is needed on PATH"
  mapfile -t missing < <(packages_missing)
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  ! packages_get "${missing[@]}" >/dev/null 2>&1 || return 0
  # A fresh machine has no package lists yet.
  apt-get -qq update
  packages_get "${missing[@]}" >/dev/null
}

packages_get() { apt-get -qq install -y --no-install-recommends "$@"; }
