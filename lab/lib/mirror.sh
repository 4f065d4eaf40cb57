# The lab's release mirror: one small HTTP server per lab over the files that all labs share.

mirror_ensure() { [ -n "$(cgroup_processes mirror)" ] || mirror_start; }

mirror_start() {
  local node
  node=$(command -v node) || die "Node.js is needed on PATH"
  rm -f "$LAB_DIR/mirror.port"
  (
    cgroup_enter mirror "$BASHPID"
    detach "$node" "$LAB_HOME/mirror.mjs" "$MIRROR_DIR" "$(gateway_address)" "$LAB_DIR/mirror.port" \
      </dev/null >"$LAB_DIR/mirror.log" 2>&1
  )
  wait_until 15 test -s "$LAB_DIR/mirror.port" || die "the release mirror did not start, see $LAB_DIR/mirror.log"
}

mirror_url() { echo "http://$(gateway_address):$(<"$LAB_DIR/mirror.port")"; }
