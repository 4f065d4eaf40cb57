# Which Debian mirror to use: the one this machine is set up with, if it is a Debian; else Debian's own.

debian_mirror() {
  local found=""
  if grep -q '^ID=debian' /etc/os-release; then
    found=$(cat /etc/apt/sources.list.d/debian.sources 2>/dev/null | awk '/^URIs:/ { print $2; exit }')
    [ -n "$found" ] || found=$(sed -nE 's/^deb (\[[^]]*\] *)?([^ ]+\/debian\/?) .*/\2/p' /etc/apt/sources.list 2>/dev/null | head -1)
  fi
  found=${found:-http://deb.debian.org/debian}
  echo "${found%/}"
}

debian_keyring() {
  local found=""
  ! grep -q '^ID=debian' /etc/os-release ||
    found=$(cat /etc/apt/sources.list.d/debian.sources 2>/dev/null | awk '/^Signed-By: *\// { print $2; exit }')
  echo "${found:-/usr/share/keyrings/debian-archive-keyring.gpg}"
}
