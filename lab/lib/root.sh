# Namespaces, mounts and cgroups need root: the lab starts itself again through sudo when it is not.

become_root() {
  [ "$(id -u)" -ne 0 ] || return 0
  command -v sudo >/dev/null || die "root is needed and there is no sudo; run this as root"
  local options=(--lab "$LAB")
  [ -z "$VERSIONS" ] || options+=(--versions "$VERSIONS")
  # sudo's own PATH lacks the Node.js and Go that CI machines install elsewhere.
  exec sudo -E env "PATH=$PATH" "$LAB_HOME/lab" "${options[@]}" "$@"
}

# Gives files to the user who called sudo, so that tests may read keys without root.
give_to_caller() {
  [ -z "${SUDO_UID:-}" ] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$@"
}
