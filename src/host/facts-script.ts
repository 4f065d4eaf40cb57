import { CODED, MOST_OF_A_COMMAND_LINE, MOST_OF_A_TEXT } from './coded.js'
import { ACCOUNT } from './facts-account.js'
import { BINARIES } from './facts-binaries.js'
import { ENVIRONMENT_SNIPPET } from './facts-environment.js'
import { ETCDS_SNIPPET } from './facts-etcds-script.js'
import { LISTENERS } from './facts-listeners.js'
import { MOUNT_OF, STORAGE } from './facts-storage.js'
import { EXPOSED, PRIVATE_WAY } from './private-way.js'
import { SHOW_PROPERTIES } from './service-show.js'

/**
 * Reads everything of a host at once and writes nothing.
 * Arguments: service, bin-dir, ca-dir, data-dir, wal-dir or '', service user, ports ('2379 2380'), marker, unit folder,
 * temporary folder, snapshot-dir or ''. Prints lines `KEY<TAB>VALUE...`, file contents in base64, `end` last.
 */
export const FACTS_SCRIPT = `set -u
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
service=$1 bin=$2 ca=$3 data=$4 wal=$5 user=$6 ports=$7 marker=$8 units=$9 temp=\${10} snapshot=\${11-}
state=\${marker%/*} mounts=
unit=$units/$service.service
tab='\t' end='
'
say() { printf '%s\\t%s\\t%s\\t%s\\n' "$1" "\${2-}" "\${3-}" "\${4-}"; }
${CODED}# No more than a file of its kind can have: whoever reads this takes it line by line.
text() {
  [ -f "$2" ] || return 0
  size=\${stats#*"$tab$2$tab"} size=\${size#*"$tab"} size=\${size%%"$end"*}
  printf 'text\\t%s\\t' "$1"
  # Mostly one process does.
  if [ "$size" -le ${MOST_OF_A_TEXT} ] 2>/dev/null; then base64 -w0 -- "$2"; echo; else coded ${MOST_OF_A_TEXT} "$2"; fi
}

say clock "$(date +%s%N)"
${PRIVATE_WAY}
# etcd's own directories are not root's, the way to them is.
way() {
  case $2 in '') return 0 ;; esac
  case $1 in data | wal) approach "$2" ;; *) enter "$2" ;; esac
  [ $? -eq ${EXPOSED} ] || return 0
  key=exposed
  { [ ! . -ef "$data" ] && [ ! . -ef "$wal" ]; } || key=nested
  say $key "$1" "$openness" "$exposed"
}
ahead "$bin" "$ca" "$data" "$wal" "$units" "$state" "$snapshot"
way bin "$bin"
way ca "$ca"
way data "$data"
way wal "$wal"
way unit "$units"
way state "$state"
way snapshot "$snapshot"
cd /

${BINARIES}read -r init </proc/1/comm && say init "$init"
say machine "$(uname -m)"
${ACCOUNT}${MOUNT_OF}
# The slow ones side by side, and apart from all other output: only short lines never mix.
slow=$(
  for of in $unknown; do binary "$of" & done
  systemctl show -p ${SHOW_PROPERTIES} -- "$service.service" 2>/dev/null
  wait
)
pid=0
while IFS= read -r line; do
  case $line in binary*) printf '%s\\n' "$line" ;; *) say show "$line" ;; esac
  case $line in MainPID=*) pid=\${line#MainPID=} ;; esac
done <<EOF
$slow
EOF

name=
[ "$pid" -eq 0 ] || read -r name 2>/dev/null <"/proc/$pid/comm" || :
# Until it executes etcd it is systemd still, and is called (etcd).
case $name in '('*) name= ;; esac
if [ -n "$name" ] && [ -e "/proc/$pid/exe" ]; then
  printf 'process\\t%s\\t' "$pid"
  coded ${MOST_OF_A_COMMAND_LINE} "/proc/$pid/cmdline"
  if [ "/proc/$pid/exe" -ef "$bin/etcd" ]; then say exe same; else
    sum=$(sha256sum <"/proc/$pid/exe")
    say exe "\${sum%% *}"
  fi
  # Seconds since the epoch: the kernel counts a process's start in hundredths of a second since it booted (proc(5)).
  boot=$(grep '^btime ' /proc/stat 2>/dev/null) || boot=
  if [ -n "$boot" ] && read -r line 2>/dev/null <"/proc/$pid/stat"; then
    set -- \${line##*) }
    say born "$((\${boot#btime } + \${20} / 100))"
  fi
fi

stats=$(
  stat -L --printf='stat\\t%a\\t%U\\t%F\\t%n\\t%Z\\t%s\\n' -- "$unit" "$ca/ca.pem" "$ca/etcd.pem" "$ca/etcd-key.pem" "$marker" \\
    "$data" "$wal" "$bin" "$ca" "$units" "$temp" "$state" "$snapshot" 2>/dev/null
)
printf '%s\\n' "$stats"
text unit "$unit"
text ca "$ca/ca.pem"
text certificate "$ca/etcd.pem"
text marker "$marker"
[ ! -d "\${marker%/*}/previous" ] || say unconfirmed yes

set --
for label in data wal bin ca unit temp state snapshot; do
  case $label in
    data) path=$data ;; wal) path=$wal ;; bin) path=$bin ;; ca) path=$ca ;; unit) path=$units ;; temp) path=$temp ;;
    state) path=$state ;; snapshot) path=$snapshot ;;
  esac
  [ -n "$path" ] || continue
  near=$path
  while [ ! -d "$near" ]; do near=\${near%/*}; [ -n "$near" ] || near=/; done
  writable=no empty=yes
  [ ! -w "$near" ] || writable=yes
  for entry in "$path"/* "$path"/.[!.]* "$path"/..?*; do
    { [ -e "$entry" ] || [ -L "$entry" ]; } && [ "\${entry##*/}" != lost+found ] || continue
    empty=no
    break
  done
  say dir "$label" "$writable" "$empty"
  mount_of "$label" 9<"$near"
  set -- "$@" "$near"
done
${STORAGE}
# etcd is given a folder inside wal-dir; one that we did not set up may have its log in wal-dir itself.
set -- "$data"/member/wal/*.wal
[ -z "$wal" ] || set -- "$@" "$wal"/*.wal "$wal"/wal/*.wal
for file; do [ ! -e "$file" ] || { say data yes; break; }; done
# TERM-INDEX.snap, both of one width: the newest comes last.
for file in "$data"/member/snap/*-*.snap; do newest=\${file##*/}; done
say snap "$newest"

${LISTENERS}
{
${ETCDS_SNIPPET}
} 2>/dev/null

{
${ENVIRONMENT_SNIPPET}
} 2>/dev/null

say clock "$(date +%s%N)"
say end
`
