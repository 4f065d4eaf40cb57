/** The lock of versions up to 0.1.0, as they sent it: one file that everybody may open to read. */
export const OLDER_LOCK_SCRIPT = `set -u
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
file=$1/etcd-deploy-$2.lock
umask 022
command -v flock >/dev/null || { echo no-flock; exit 22; }
exec 9<>"$file" || exit 23
if ! flock -n 9; then
  echo "locked-by $(head -c 4096 <"$file")"
  exit 21
fi
trap ': >"$file"; exit 0' EXIT HUP INT TERM
printf '%s\\n' "$3" >"$file"
echo ready
# One byte a heartbeat; the end of stdin is the release, silence a cut network. Children must not keep the lock.
while beat=$(exec 9>&-; exec timeout "$4" head -c 1) && [ -n "$beat" ]; do :; done
`
