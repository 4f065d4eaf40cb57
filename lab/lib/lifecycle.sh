# A whole lab: up, down, what there is.

setup() {
  mkdir -p "$STATE/base" "$STATE/mirror" "$STATE/releases" "$STATE/labs" "$STATE/locks"
  # A machine that has all of it must not wait for another lab's setup, which may be compiling.
  ! setup_is_done || return 0
  exec 9>"$STATE/setup.lock"
  flock 9
  packages_install
  base_build
  local version
  for version in $(wanted_versions); do release_want "$version"; done
  exec 9>&-
}

wanted_versions() { echo "${VERSIONS:-3.5.16 3.5.30}"; }

setup_is_done() {
  local version
  [ -z "$(packages_missing)" ] && [ -d "$(base_dir)" ] || return 1
  for version in $(wanted_versions); do
    release_is_settled "$version" || return 1
  done
}

# Each host takes about a dozen inotify instances, and the kernel's usual 128 for all of root's are soon gone: then PID 1 dies.
INOTIFY_INSTANCES=4096
inotify_allow() {
  local limit=/proc/sys/fs/inotify/max_user_instances
  [ "$(cat "$limit")" -ge $INOTIFY_INSTANCES ] || echo $INOTIFY_INSTANCES >"$limit"
}

# Up means: the lab was completed and its switch is there (it is not after a restart of the machine).
lab_is_up() { [ -n "$INDEX" ] && [ -f "$LAB_DIR/lab.json" ] && ip netns list | awk '{ print $1 }' | grep -qx "edl$INDEX"; }

lab_up() {
  local wanted=$1 began number new=()
  [[ $wanted =~ ^[1-9]$ ]] || die "up takes a number of hosts from 1 to 9, not '$wanted'"
  began=$(now_ms)
  setup
  inotify_allow
  exec 9>"$STATE/locks/$LAB"
  flock 9
  lab_paths
  if ! lab_is_up; then
    [ ! -e "$LAB_DIR" ] || lab_remove
    trap 'say "up failed, removing what was made"; lab_remove' EXIT
    lab_found
  fi
  mirror_ensure
  for number in $(seq 1 "$wanted"); do
    host_is_complete "$number" || new+=("$number")
  done
  if [ ${#new[@]} -eq 0 ]; then
    lab_describe
    trap - EXIT
    say "lab '$LAB' is up with $(host_numbers | wc -l) hosts"
    return 0
  fi
  for number in "${new[@]}"; do
    host_discard "$number"
    mkdir -p "$(host_dir "$number")"
    network_add_host "$number"
    keys_make_host "$number"
    host_disk "$number"
    host_start "$number"
  done
  for number in "${new[@]}"; do
    host_wait "$number"
    pristine_save "$number"
  done
  lab_describe
  trap - EXIT
  say "lab '$LAB' is up with $(host_numbers | wc -l) hosts after $(($(now_ms) - began)) ms; $LAB_DIR/lab.json"
}

# What a lab has before its first host.
lab_found() {
  mkdir -p "$LAB_DIR/hosts"
  network_claim
  base_dir >"$LAB_DIR/base"
  # An overlay cannot keep its upper layer on another overlay, as in a container.
  case $(stat -fc %T "$LAB_DIR") in
    overlay*) mount -t tmpfs -o mode=755 "edl$INDEX" "$LAB_DIR/hosts" ;;
  esac
  network_up
  keys_make
  ca_make
}

lab_down() {
  if [ ! -e "$LAB_DIR" ]; then
    say "there is no lab '$LAB'"
    return 0
  fi
  exec 9>"$STATE/locks/$LAB"
  flock 9
  lab_paths
  lab_remove
  say "lab '$LAB' is gone"
}

# Works from whatever is there, so that it also clears away half a lab.
lab_remove() {
  local target number
  if [ -n "$INDEX" ]; then
    cgroup_kill
    cgroup_remove
  fi
  for number in $(host_numbers); do
    [ ! -d "$(host_dir "$number")/root" ] || host_forget_lock "$number"
  done
  # Deepest first.
  awk -v dir="$LAB_DIR/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | while read -r target; do
    umount "$target" 2>/dev/null || umount -l "$target"
  done
  if [ -n "$INDEX" ]; then
    network_down
    rm -rf "/run/systemd/nspawn/propagate/edl$INDEX-"* "/run/systemd/nspawn/unix-export/edl$INDEX-"*
  fi
  rm -rf --one-file-system "$LAB_DIR"
  INDEX=""
}

lab_list() {
  local dir
  for dir in "$STATE"/labs/*/; do
    [ -d "$dir" ] || continue
    LAB=$(basename "$dir")
    lab_paths
    if lab_is_up; then
      printf '%s\tup\tedl%s\t%s hosts\t%s\n' "$LAB" "$INDEX" "$(host_numbers | wc -l)" "${dir}lab.json"
    else
      printf '%s\tdead\tremove it with: lab/lab --lab %s down\n' "$LAB" "$LAB"
    fi
  done
}
