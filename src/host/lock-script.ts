import { PRIVATE_WAY } from './private-way.js'

/**
 * Arguments: folder, service, who takes it (base64), seconds without a heartbeat until it is given up.
 * The folder is not /run/lock: everyone may write there, so that any user could take the lock or plant a link in its place. A lock needs
 * only a file that can be opened to read, so the one that counts is in a folder of root's alone.
 * Earlier versions of the action lock `etcd-deploy-SERVICE.lock`, which they made open to read, so that one is held as well, and they find
 * it locked. Who may only read it does not count: a run has it open to write. A new file takes the place of one that such a reader
 * holds, and where that old one is open to write all the same, a run of an earlier version is at work.
 */
export const LOCK_SCRIPT = `set -u
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
file=$1/etcd-deploy-$2.lock own=$1/etcd-deploy
lock=$own/$2.lock
umask 077
command -v flock >/dev/null || { echo no-flock; exit 22; }
${PRIVATE_WAY}
guard "$1"
locked_by() { echo "locked-by $(head -c 4096 <"$1")"; exit 21; }
# Is the file of descriptor 7 open to write anywhere? Its path is told by the kernel, and the file behind the path decides.
written() {
  ls -l /proc/[0-9]*/fd 2>/dev/null | while IFS= read -r line; do
    case $line in
      /proc/*/fd:) of=\${line%/fd:} ;;
      *" -> $file" | *" -> $file (deleted)")
        line=\${line%% -> *}
        number=\${line##* }
        # A name may have a line end in it.
        case \${of#/proc/}$number in *[!0-9]*) continue ;; esac
        [ "$of/fd/$number" -ef "/proc/$$/fd/7" ] || continue
        # The last two bits: to read, to write, both (proc(5), /proc/PID/fdinfo).
        case $(grep '^flags:' "$of/fdinfo/$number" 2>/dev/null) in *[1256]) echo yes; break ;; esac
        ;;
    esac
  done
}
mkdir -p -- "$own" && chmod 0700 -- "$own" && exec 9<>"$lock" || exit 23
flock -n 9 || locked_by "$lock"
[ ! -L "$file" ] && exec 8<>"$file" && exec 7<"$file" || exit 23
if ! flock -n 8; then
  exec 8>&-
  [ -z "$(written)" ] || locked_by "$file"
  exec 8<>"$lock.new" && flock -n 8 && mv -f -T -- "$lock.new" "$file" || exit 23
  # It may have been opened a moment before.
  [ -z "$(written)" ] || locked_by "$file"
fi
exec 7<&-
chmod 0600 -- "$file" || exit 23
trap ': >"$lock"; : >"$file"; exit 0' EXIT HUP INT TERM
printf '%s\\n' "$3" >"$lock" && printf '%s\\n' "$3" >"$file" || exit 23
echo ready
# One byte a heartbeat; the end of stdin is the release, silence a cut network. Children must not keep the lock.
while beat=$(exec 8>&- 9>&-; exec timeout "$4" head -c 1) && [ -n "$beat" ]; do :; done
`
