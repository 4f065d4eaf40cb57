# What a blank host looks like, kept after its first boot, and the way back to it.

# Changes below these are the system's own.
PRISTINE_SKIP=(./var/log ./var/lib/systemd ./var/cache ./var/lib/dbus ./var/tmp)

pristine_find() {
  local skip=() path
  for path in "${PRISTINE_SKIP[@]}"; do skip+=(-path "$path" -o); done
  (cd "$1" && find . -mindepth 1 \( "${skip[@]}" -false \) -prune -o -print0)
}

pristine_save() {
  local dir
  dir=$(host_dir "$1")
  rm -rf "$dir/pristine"
  mkdir "$dir/pristine"
  (cd "$dir/upper" && tar --exclude=./var/log -cf - .) | tar -C "$dir/pristine" -xf -
  host_enter "$1" find /run /tmp /dev/shm /var/tmp -mindepth 1 -maxdepth 2 </dev/null >"$dir/run.list"
}

same_file() {
  [ "$(stat -c '%f %u %g' "$1")" = "$(stat -c '%f %u %g' "$2")" ] || return 1
  if [ -L "$1" ]; then [ "$(readlink "$1")" = "$(readlink "$2")" ]; else cmp -s "$1" "$2"; fi
}

present() { [ -e "$1" ] || [ -L "$1" ]; }

# Puts one path of the merged tree back to what pristine, else the base, has there; removes what neither has.
pristine_restore_path() {
  local path=$1 pristine=$2 base=$3 root=$4 source="" child
  if present "$pristine/$path" && [ ! -c "$pristine/$path" ]; then
    source=$pristine/$path
  elif present "$base/$path"; then
    source=$base/$path
  fi
  if [ -z "$source" ]; then
    rm -rf --one-file-system "${root:?}/$path"
  elif [ -d "$source" ] && [ ! -L "$source" ]; then
    if [ ! -d "$root/$path" ] || [ -L "$root/$path" ]; then
      rm -rf "${root:?}/$path"
      mkdir "$root/$path"
    fi
    chown --reference="$source" "$root/$path"
    chmod --reference="$source" "$root/$path"
    # A directory that was removed and made again hides all that the base has in it.
    for child in "$base/$path"/* "$base/$path"/.[!.]*; do
      ! present "$child" || present "$root/$path/${child##*/}" || cp -a "$child" "$root/$path/"
    done
  elif ! present "$root/$path" || ! same_file "$source" "$root/$path"; then
    rm -rf "${root:?}/$path"
    cp -a "$source" "$root/$path"
  fi
}

pristine_restore() {
  local dir base path
  dir=$(host_dir "$1")
  base=$(<"$LAB_DIR/base")
  while IFS= read -r -d '' path; do
    # A parent may just have been removed with all that was in it.
    present "$dir/upper/$path" || present "$dir/pristine/$path" || continue
    pristine_restore_path "$path" "$dir/pristine" "$base" "$dir/root"
  done < <({ pristine_find "$dir/upper"; pristine_find "$dir/pristine"; } | sort -zu)
}
