import { MANIFEST } from '../cluster/places.js'
import { UNPRIVILEGED_SHELL } from './unprivileged.js'

/**
 * For the facts script: the digests and versions of the binaries in `$bin`. Those that the manifest of their release knows are said at once;
 * of the others, whose names are left in `$unknown`, `binary NAME` finds it out.
 */
export const BINARIES = `${UNPRIVILEGED_SHELL}# Nobody has checked it: it gets root only where nobody else can come to it.
own_version() {
  as=unprivileged
  nobody_reads "$1" || as=''
  $as timeout 10 "$1" --version </dev/null 2>/dev/null | head -n 1
}
release=$(readlink -f -- "$bin/etcd" 2>/dev/null) || release=
release=\${release%/*}
now=$end$(stat -L -c '%n %s %.9Z' -- "$bin/etcd" "$bin/etcdctl" "$bin/etcdutl" 2>/dev/null)$end
unknown=
for of in etcd etcdctl etcdutl; do
  path=$bin/$of sum=
  [ -f "$path" ] || continue
  if [ -f "$release/${MANIFEST}" ] && [ "$path" -ef "$release/$of" ]; then
    while read -r name known known_version size changed; do
      [ "$name" = "$of" ] || continue
      case $now in *"$end$path $size $changed$end"*) sum=$known version=$known_version ;; esac
    done <"$release/${MANIFEST}"
  fi
  if [ -n "$sum" ]; then say binary "$of" "$sum" "\${version##* }"; else unknown="$unknown $of"; fi
done
binary() {
  sum=$(sha256sum <"$bin/$1") version=
  [ "$1" != etcd ] || version=$(own_version "$bin/$1")
  say binary "$1" "\${sum%% *}" "\${version##* }"
}
`
