/**
 * For the facts script: a row `listener PORT PID COMMAND` for each socket that listens on one of `$ports`; the process `$pid` is called
 * etcd. The kernel tells ss of those that listen alone; to find them in /proc/net/tcp takes a walk over the table of all connections, which
 * is the dearest of all facts on a large machine.
 */
export const LISTENERS = `rows=
socket() { # PORT INODE
  case " $ports " in *" $1 "*) rows="$rows$1 $2$end" ;; esac
}
sockets=$(ss -Hltne 2>/dev/null) || sockets=
if [ -n "$sockets" ]; then
  while read -r _ _ _ address _ about; do
    inode=\${about#*ino:}
    [ "$inode" = "$about" ] || socket "\${address##*:}" "\${inode%%[!0-9]*}"
  done <<EOF
$sockets
EOF
else
  pattern=
  for port in $ports; do pattern="$pattern\${pattern:+|}$(printf %04X "$port")"; done
  sockets=$(grep -hE "^ *[0-9]+: [0-9A-F]+:($pattern) [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  [ -z "$sockets" ] || while read -r _ address _ _ _ _ _ _ _ inode _; do
    socket "$((0x\${address##*:}))" "$inode"
  done <<EOF
$sockets
EOF
fi
if [ -n "$rows" ]; then
  own= others= inodes=
  [ "$pid" -eq 0 ] || own=$(ls -l "/proc/$pid/fd" 2>/dev/null)
  while read -r port inode; do
    case $own in
      *"socket:[$inode]"*) say listener "$port" "$pid" etcd ;;
      *) inodes="$inodes\${inodes:+|}$inode" others="$others $port/$inode" ;;
    esac
  done <<EOF
\${rows%"$end"}
EOF
  [ -z "$inodes" ] || owners=$(ls -l /proc/[0-9]*/fd 2>/dev/null | grep -E "^/proc/|socket:\\[($inodes)\\]")
  for other in $others; do
    owner=0 command='' folder=0
    while read -r line; do
      case $line in
        /proc/*/fd:) folder=\${line#/proc/}; folder=\${folder%/fd:} ;;
        *"socket:[\${other#*/}]") owner=$folder; break ;;
      esac
    done <<EOF
$owners
EOF
    [ "$owner" -eq 0 ] || read -r command <"/proc/$owner/comm" || :
    say listener "\${other%/*}" "$owner" "$command"
  done
fi
`
