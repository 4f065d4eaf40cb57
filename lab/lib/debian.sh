# Which Debian mirror to use: the one this machine is set up with, if it is a Debian; else Debian's own.

debian_mirror() {
  local found=""
  if grep -q '^ID=debian' /etc/os-release; then
    found=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
    [ -n "$found" ] || found=$(sed -nE 's/^deb (\[[^]]*\] *)?([^ ]+\/debian\/?) .*/\2/p' /etc/apt/sources.list 2>/dev/null | head -n 1 || true)
  fi
  found=${found:-http://deb.debian.org/debian}
  echo "${found%/}"
}

debian_keyring() {
  local found=""
  ! grep -q '^ID=debian' /etc/os-release ||
    found=$(awk '/^Signed-By: *\// { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
  echo "${found:-/usr/share/keyrings/debian-archive-keyring.gpg}"
}
