# What the machine itself must have.

packages_install() {
  local missing=() pair
  for pair in systemd-nspawn:systemd-container debootstrap:debootstrap ip:iproute2 ssh:openssh-client \
    openssl:openssl curl:curl pgrep:procps flock:util-linux nsenter:util-linux; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  [ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
  [ -e "$(debian_keyring)" ] || missing+=(debian-archive-keyring)
  command -v node >/dev/null || die "Node.js 20 or later is needed on PATH"
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null 2>&1 && return 0
  apt-get -qq update
  apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
}
