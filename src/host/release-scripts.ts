import { MANIFEST } from '../cluster/places.js'
import { PRIVATE_WAY } from './private-way.js'
import { UNPRIVILEGED_SHELL } from './unprivileged.js'

/** Whether an unpacked release is as it was checked. */
const INTACT = `# Size and change time: the change time cannot be set by hand, and reading 60 MB to hash them is slow.
intact() {
  [ -f "$1/${MANIFEST}" ] || return 1
  found=0
  while read -r name sum version size changed; do
    [ "$(stat -c '%s %.9Z' -- "$1/$name" 2>/dev/null)" = "$size $changed" ] || return 1
    case $name in etcd | etcdctl) found=$((found + 1)) ;; esac
  done <"$1/${MANIFEST}"
  [ $found -eq 2 ]
}
`

/** The start of every script that works on releases alone. */
const COMMON = `LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
${PRIVATE_WAY}${INTACT}`

/** Turns the links in bin-dir into a release of the store. */
const SWITCH = `switch_to() {
  cd -- "$1"
  for name in etcd etcdctl etcdutl; do
    target=$2/$3/$name
    if [ ! -e "$target" ]; then
      case $(readlink -- "$name" || :) in "$2"/*) rm -f -- "$name"; echo changed ;; esac
      continue
    fi
    [ "$(readlink -- "$name" || :)" != "$target" ] || continue
    if [ -d "$name" ]; then echo "$1/$name" >&2; exit 22; fi
    if [ -f "$name" ] && [ ! -L "$name" ]; then
      mkdir -p -- "$2/replaced"
      ln -f -T -- "$name" "$2/replaced/$name"
    fi
    ln -s -f -T -- "$target" "$2/.link-$name"
    mv -f -T -- "$2/.link-$name" "$name"
    echo changed
  done
  sync -- "$1"
}
`

/** Arguments: folder of the release. Ends with 0 where it is complete and unchanged. */
export const INSTALLED_SCRIPT = `set -u
${COMMON}
intact "$1"
`

/** Arguments: store, folder of the release, digest, size, version. The archive comes on stdin. */
export const UPLOAD_SCRIPT = `set -u
${COMMON}${UNPRIVILEGED_SHELL}
store=$1 release=$2 digest=$3 size=$4 version=$5
work=$store/.upload-$$ aside=''
stop() { echo "$2" >&2; exit "$1"; }
guard "$store" "$release"
trap 'rm -rf -- "$work" \${aside:+"$aside"}' EXIT
trap 'exit 143' HUP INT TERM
# Where the connection is gone, a message has nowhere to go; the cleaning up must not die of that.
trap '' PIPE

# Last of all, as whatever is done to a file later changes what is recorded of it.
record() {
  for name in etcd etcdctl etcdutl; do
    [ -f "$1/$name" ] || continue
    sum=$(sha256sum <"$1/$name") || return 1
    printf '%s %s %s %s\\n' "$name" "\${sum%% *}" "$version" "$(stat -c '%s %.9Z' -- "$1/$name")" || return 1
  done >"$work/manifest" && sync -- "$work/manifest" "$1"/* && mv -f -T -- "$work/manifest" "$1/${MANIFEST}" && sync -- "$1"
}

umask 022
mkdir -p -- "$store" && rm -rf -- "$store"/.upload-* || exit 23
mkdir -m 0700 -- "$work" && mkdir -- "$work/release" || exit 23

# Hashed while it arrives.
arrived=$(tee -- "$work/archive" | sha256sum) || exit 23
[ "$(stat -c %s -- "$work/archive")" -eq "$size" ] && written=yes || written=no
if [ "\${arrived%% *}" != "$digest" ]; then
  [ $written = yes ] || stop 22 "$(stat -c %s -- "$work/archive") of $size bytes"
  stop 21 "SHA-256 is \${arrived%% *}, expected $digest"
fi
[ $written = yes ] || exit 23

# The names inside differ from builder to builder in their first part only; the documentation is not wanted.
tar -xzf "$work/archive" -C "$work/release" --strip-components=1 --no-same-owner --exclude='*.md' || exit 23
rm -f -- "$work/archive"
for name in etcd etcdctl; do
  [ -f "$work/release/$name" ] && [ ! -L "$work/release/$name" ] || stop 24 "$name"
done

mkdir -- "$work/new" || exit 23
for name in etcd etcdctl etcdutl; do
  [ -f "$work/release/$name" ] && [ ! -L "$work/release/$name" ] || continue
  mv -- "$work/release/$name" "$work/new/$name" &&
    chown root:root -- "$work/new/$name" && chmod 0755 -- "$work/new/$name" || exit 23
done
# A kernel that cannot run a binary leaves it to the shell, which complains of its syntax: its header says more.
machine() { od -An -tx1 -j18 -N2 "$1" 2>/dev/null | tr -d ' \\n'; }
# Whoever made the archive is not root here: its digest may come from the same mirror. Nobody has to be able to come to it.
chmod 0711 -- "$work"
tried=$work/new/etcd
if ! nobody_reads "$tried"; then
  aside=$(mktemp -d /run/etcd-deploy-try.XXXXXX) && chmod 0711 -- "$aside" && cp -- "$tried" "$aside/etcd" || exit 23
  tried=$aside/etcd
fi
if ! printed=$(unprivileged timeout 20 "$tried" --version </dev/null 2>&1); then
  built=$(machine "$work/new/etcd")
  [ "$(head -c 4 <"$work/new/etcd" | tr -d '\\177')" != ELF ] || [ -z "$built" ] ||
    [ "$built" = "$(machine /proc/self/exe)" ] || stop 27 "$built"
  stop 25 "$(echo "$printed" | head -n 1)"
fi
[ -z "$aside" ] || rm -rf -- "$aside"
printed=$(echo "$printed" | head -n 1)
[ "\${printed##* }" = "$version" ] || stop 26 "it prints '$printed', asked for $version"
record "$work/new" || exit 23
if [ ! -e "$release" ]; then
  mv -T -- "$work/new" "$release" || exit 23
elif ! intact "$release"; then
  # Links point into it: its files are replaced one by one, so that none is missing for a moment.
  rm -f -- "$release/${MANIFEST}"
  for file in "$work/new"/*; do mv -f -T -- "$file" "$release/\${file##*/}" || exit 23; done
  record "$release" || exit 23
fi
sync -- "$release" "$store"
exit 0
`

/** Arguments: bin-dir, name of the store in it, name of the release in that. Prints `changed` where anything changed. */
export const ACTIVATE_SCRIPT = `set -eu
${COMMON}
${SWITCH}
guard "$1" "$1/$2" "$1/$2/$3"
intact "$1/$2/$3" || exit 21
switch_to "$1" "$2" "$3"
`

/** For scripts that switch releases among other things: `intact FOLDER` and `switch_to BIN-DIR STORE RELEASE` (under set -e). */
export const RELEASE_SHELL = `${INTACT}${SWITCH}`
