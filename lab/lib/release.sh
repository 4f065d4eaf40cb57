# etcd release archives in upstream's layout: MIRROR_DIR/vX.Y.Z/{etcd-vX.Y.Z-linux-ARCH.tar.gz,SHA256SUMS}.
# Each version is had once: from upstream, else from Debian's packages, else compiled from the published Go modules.

UPSTREAM=https://github.com/etcd-io/etcd/releases/download

release_name() { echo "etcd-v$1-linux-$(dpkg --print-architecture)"; }
release_archive() { echo "$MIRROR_DIR/v$1/$(release_name "$1").tar.gz"; }
release_digest() { awk -v file="$(release_name "$1").tar.gz" '$2 == file { print $1 }' "$MIRROR_DIR/v$1/SHA256SUMS"; }

# Moved into place as a whole, so the archive stands for all of it.
release_is_there() { [ -f "$(release_archive "$1")" ]; }

release_list() {
  local dir
  for dir in "$MIRROR_DIR"/v*/; do
    [ ! -d "$dir" ] || basename "$dir" | cut -c2-
  done | sort -V
}

# A version with `?` behind it is had where that is possible, and done without where it is not. What could not be had is not
# tried again for some hours: each try costs minutes.
release_want() {
  ! release_is_settled "$1" || return 0
  case $1 in
    *\?) (release_ensure "${1%?}") || { touch "$(release_mark "$1")" && say "etcd ${1%?}: done without"; } ;;
    *) release_ensure "$1" ;;
  esac
}

# Nothing is left to do for it: it is there, or may be missing and has been found so.
release_is_settled() {
  release_is_there "${1%\?}" && return 0
  case $1 in
    *\?) [ -n "$(find "$(release_mark "$1")" -mmin -$RELEASE_MISSING_MINUTES 2>/dev/null)" ] ;;
    *) return 1 ;;
  esac
}

RELEASE_MISSING_MINUTES=720
release_mark() { echo "$STATE/releases/${1%\?}.missing"; }

release_ensure() {
  local version=$1 work source
  [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || die "'$version' is no etcd version; write it like 3.5.16"
  ! release_is_there "$version" || return 0
  work=$STATE/releases/work
  for source in upstream debian go; do
    rm -rf "$work"
    mkdir -p "$work/out"
    say "etcd $version: trying $source"
    if "release_from_$source" "$version" "$work" >"$STATE/releases/$version.log" 2>&1; then
      echo "$source" >"$STATE/releases/$version.source"
      chmod -R a+rX "$work/out"
      mv "$work/out" "$MIRROR_DIR/v$version"
      rm -rf "$work" "$(release_mark "$version")"
      return 0
    fi
  done
  tail -n 5 "$STATE/releases/$version.log" >&2
  die "etcd $version can be had neither from upstream, nor as a Debian package, nor with Go; see $STATE/releases/$version.log"
}

# The functions below run with errexit off (they are conditions), hence the chains of &&.

release_from_upstream() {
  local version=$1 out=$2/out archive
  archive=$(release_name "$version").tar.gz
  curl -fsSL --connect-timeout 2 --max-time 30 -o "$out/SHA256SUMS" "$UPSTREAM/v$version/SHA256SUMS" &&
    curl -fsSL --connect-timeout 5 --max-time 300 --retry 2 -o "$out/$archive" "$UPSTREAM/v$version/$archive" &&
    (cd "$out" && grep "  $archive\$" SHA256SUMS | sha256sum -c -)
}

release_from_debian() {
  local version=$1 work=$2 suite
  case $version in
    3.4.23) suite=bookworm ;;
    3.5.16) suite=trixie ;;
    3.5.30) suite=sid ;;
    *) echo "no Debian suite known to hold etcd $version"; return 1 ;;
  esac
  mkdir -p "$work/lists" "$work/debs" "$work/files"
  echo "deb [signed-by=$(debian_keyring)] $(debian_mirror) $suite main" >"$work/sources.list"
  local apt=(-q -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$work/lists"
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root -o Acquire::Languages=none)
  apt-get "${apt[@]}" update &&
    (cd "$work/debs" && apt-get "${apt[@]}" download etcd-server etcd-client) || return 1
  local deb
  for deb in "$work"/debs/*.deb; do
    # A suite moves on; another version under this name would be a lie.
    [[ $(dpkg-deb -f "$deb" Version) == "$version"[-+~]* ]] || { echo "$deb is not $version"; return 1; }
    dpkg-deb -x "$deb" "$work/files" || return 1
  done
  release_pack "$version" "$work" "$work/files/usr/bin"
}

release_from_go() {
  local version=$1 work=$2
  command -v go >/dev/null || { echo "there is no go on PATH"; return 1; }
  mkdir -p "$work/module" "$work/bin"
  (
    cd "$work/module" || exit 1
    # `go install PACKAGE@VERSION` refuses modules with replace directives; a module that requires them does not.
    printf 'module lab\n\ngo 1.24\n' >go.mod
    nice go get "go.etcd.io/etcd/server/v3@v$version" "go.etcd.io/etcd/etcdctl/v3@v$version" "go.etcd.io/etcd/etcdutl/v3@v$version" || exit 1
    # All at once, as they share most of their packages.
    CGO_ENABLED=0 nice go build -trimpath -ldflags '-s -w' -o "$work/bin/" go.etcd.io/etcd/{server,etcdctl,etcdutl}/v3 &&
      mv "$work/bin/server" "$work/bin/etcd" || exit 1
  ) && release_pack "$version" "$work" "$work/bin"
}

# The same input gives the same bytes, so that a digest holds on every machine.
release_pack() {
  local version=$1 work=$2 from=$3 name tool
  name=$(release_name "$version")
  mkdir -p "$work/$name"
  for tool in etcd etcdctl etcdutl; do
    [ "$tool" = etcdutl ] && [ ! -e "$from/$tool" ] && continue
    install -m 755 "$from/$tool" "$work/$name/$tool" || return 1
  done
  echo "etcd $version, repacked for tests in the layout of the upstream release" >"$work/$name/README.md"
  chmod 644 "$work/$name/README.md"
  [ "$("$work/$name/etcd" --version | awk 'NR == 1 { print $3 }')" = "$version" ] || { echo "the binary is not $version"; return 1; }
  tar -C "$work" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - "$name" | gzip -n >"$work/out/$name.tar.gz" &&
    (cd "$work/out" && sha256sum "$name.tar.gz" >SHA256SUMS)
}
