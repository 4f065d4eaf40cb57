/**
 * For scripts that start a program which nobody has vouched for: `unprivileged COMMAND...` runs it as nobody, without a way back to more (as
 * ourselves where we are no root), and `nobody_reads PATH` tells whether it can be started so where it lies. util-linux before 2.24
 * has no setpriv.
 */
export const UNPRIVILEGED_SHELL = `unprivileged() {
  if [ "$(id -u)" -ne 0 ]; then "$@"
  elif command -v setpriv >/dev/null; then setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs -- "$@"
  else su -s /bin/sh -c 'exec "$@"' nobody sh "$@"; fi
}
nobody_reads() { unprivileged test -r "$1" 2>/dev/null; }
`
