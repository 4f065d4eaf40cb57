/** Settings that tell where an etcd is: names of its flags (extended regular expression). No other ones leave the host. */
const FLAGS =
  'name|data-dir|wal-dir|config-file|listen-peer-urls|listen-client-urls|initial-advertise-peer-urls|advertise-client-urls'
const VARIABLES = `ETCD_(${FLAGS.toUpperCase().replaceAll('-', '_')})`

/** What is looked at of each kind at most: a host with more is not one that anybody set up. */
const MOST = 24
const MOST_BYTES = 16_384

/** Where systemd has units from, first come first served (systemd.unit(5)). */
const ROOTS =
  '/run/systemd/system /run/systemd/transient /run/systemd/generator /usr/local/lib/systemd/system /usr/lib/systemd/system'

/** Static pods: kubeadm's and OpenShift's, and those of RKE2. */
const MANIFESTS =
  '/etc/kubernetes/manifests/*.yaml /etc/kubernetes/manifests/*.yml /etc/kubernetes/manifests/*.json ' +
  '/var/lib/rancher/rke2/agent/pod-manifests/etcd*.yaml'

/** Where distributions, installers and people put the data of an etcd. */
const USUAL =
  '/var/lib/etcd /var/lib/etcd/* /var/lib/etcd-events /var/lib/etcd2 /var/lib/rancher/*/server/db/etcd /var/lib/minikube/etcd ' +
  '/var/snap/etcd/current /var/snap/etcd/common /var/snap/microk8s/common/etcd /var/snap/microk8s/current/etcd /var/lib/k0s/etcd ' +
  '/var/lib/origin/etcd /var/etcd /var/etcd/data /var/lib/docker/volumes/*/_data /opt/etcd/data /data/etcd /srv/etcd /etcd-data ' +
  '/default.etcd /root/default.etcd'

/**
 * Part of the facts script: every etcd of the host but the process `$pid` and the unit `$unit`, running or not. Rows, texts in base64:
 * `first` CGROUP of the host's first process; `foreign` PID CGROUP ARGV; `dormant` NAME FILE TEXT of a unit with its drop-ins, `manifest`
 * PATH FLAGS of a static pod; of both kinds, by PID, NAME or PATH: `start` KEY VARIABLES FOLDER, `config` KEY PATH LINES, `holds` KEY
 * DIRECTORY; `unit-show` PROPERTY; `data` rows `found-data` DIRECTORY PID COMMAND. Reads files of settings for their lines on places and URLs
 * alone, so that a path which another user names shows nothing of its file; of directories it asks only what is there.
 */
export const ETCDS_SNIPPET = `found_flags='${FLAGS}'
found_roots="$units ${ROOTS}"
# Mostly the same folder.
[ /lib/systemd/system -ef /usr/lib/systemd/system ] || found_roots="$found_roots /lib/systemd/system"
found_coded() { head -c ${MOST_BYTES} | base64 -w0; }
found_vars() { grep -E '^${VARIABLES}=' | head -n 64; }
found_config() { # KEY PATH
  [ -n "$2" ] && [ -f "$2" ] || { [ -z "$2" ] || say config "$1" "$2"; return 0; }
  found_lines=$(head -c 65536 -- "$2" | grep -E "^[[:space:]{]*[\\"']?($found_flags)[\\"']?[[:space:]]*:" | head -n 64)
  say config "$1" "$2" "$(printf '%s\\n' "$found_lines" | found_coded)"
}
found_member() { # DIRECTORY: it has a member's data
  for found_each in "$1"/member/snap/db "$1"/member/wal/*.wal "$1"/*.wal "$1"/wal/*.wal; do
    [ ! -e "$found_each" ] || return 0
  done
  return 1
}
found_dirs() { # KEY WORKING-DIRECTORY, texts on stdin: the directories that they name and that hold data
  { grep -oE "(--?(data|wal)-dir|(DATA|WAL)_DIR|(data|wal)-dir)[\\"']?[=:[:space:]]+[\\"']?[^[:space:]\\"'\\\\,]+" |
      sed -E "s/^[^=:[:space:]]*[=:[:space:]]+[\\"']?//"
    for found_each in "\${2%/}"/*.etcd; do printf '%s\\n' "$found_each"; done
  } | sort -u | head -n ${MOST} | while IFS= read -r found_dir; do
    case $found_dir in /*) ;; *) found_dir=\${2%/}/$found_dir ;; esac
    ! found_member "$found_dir" || say holds "$1" "$found_dir"
  done
}
found_last() { sed -nE '/^--?config-file$/{n;p;}; s/^--?config-file=//p' | tail -n 1; }

# Processes: by their program, by the name they go by, and by the word that they were started with.
found_named=$(
  ls -l /proc/[0-9]*/exe | sed -nE 's,^.* /proc/([0-9]+)/exe -> (.*/)?etcd( \\(deleted\\))?$,\\1,p'
  grep -lx etcd /proc/[0-9]*/comm
)
found_worded=$(timeout 5 grep -lzxE '(.*/)?etcd' /proc/[0-9]*/cmdline)
found_count=0 found_pids=' ' found_units=
for found in $found_named $found_worded; do
  found_by=\${found##*/} found=\${found#/proc/} found=\${found%%/*}
  case $found_pids in *" $found "*) continue ;; esac
  [ "$found" != "$pid" ] || continue
  if [ "$found_by" = cmdline ]; then
    case $(head -c 4096 -- "/proc/$found/cmdline" | tr '\\0' '\\n' | head -n 1) in etcd | */etcd) ;; *) continue ;; esac
  fi
  found_count=$((found_count + 1)) found_pids="$found_pids$found "
  [ $found_count -le ${MOST} ] || break
  found_cgroup=$(cat "/proc/$found/cgroup")
  found_argv=$(head -c 131072 -- "/proc/$found/cmdline" | tr '\\0' '\\n')
  say foreign "$found" "$(printf '%s\\n' "$found_cgroup" | base64 -w0)" "$(head -c 16384 -- "/proc/$found/cmdline" | base64 -w0)"
  case \${found_cgroup##*/} in *.service) found_units="$found_units \${found_cgroup##*/}" ;; esac
  found_text=$(tr '\\0' '\\n' <"/proc/$found/environ" | found_vars)
  found_cwd=
  if [ "/proc/$found/root" -ef / ]; then
    found_cwd=$(readlink -- "/proc/$found/cwd")
    found_path=$(printf '%s\\n' "$found_argv" | found_last)
    [ -n "$found_path" ] || found_path=$(printf '%s\\n' "$found_text" | sed -n 's/^ETCD_CONFIG_FILE=//p')
    case $found_path in '' | /*) ;; *) found_path=$found_cwd/$found_path ;; esac
    found_config "$found" "$found_path"
  fi
  say start "$found" "$(printf '%s\\n' "$found_text" | found_coded)" "$found_cwd"
done
[ $found_count -eq 0 ] || say first "$(base64 -w0 </proc/1/cgroup)"

# Units of any name and state that start it, themselves or by a shell or a container engine.
found_globs=
for found_root in $found_roots; do
  [ ! -d "$found_root" ] || found_globs="$found_globs $found_root/*.service $found_root/*.service.d/*.conf"
done
found_names=' '
for found in $(timeout 10 grep -lsE "(^|[[:space:]=@:+!|\\"'-])(/[^[:space:]]*/)?etcd(:[[:alnum:]_.-]+)?([\\"';[:space:]\\\\]|$)" $found_globs); do
  found_name=\${found%/*.conf} found_name=\${found_name%.d} found_name=\${found_name##*/}
  case $found_name in *@.service)
    for found in "$units"/*.wants/"\${found_name%.service}"*.service; do
      [ ! -L "$found" ] || found_names="$found_names\${found##*/} "
    done
    continue ;;
  esac
  case $found_names in *" $found_name "*) ;; *) found_names="$found_names$found_name " ;; esac
done
found_count=0 found_files=' '
for found_name in $found_names; do
  found_stem=\${found_name%.service}
  case $found_stem in *@*) found_template=\${found_stem%%@*}@.service ;; *) found_template=$found_name ;; esac
  found_file=
  for found_root in $found_roots; do
    for found in "$found_root/$found_name" "$found_root/$found_template"; do
      [ -n "$found_file" ] || [ ! -f "$found" ] || found_file=$found
    done
  done
  [ "$found_file" != "$unit" ] && { [ -n "$found_file" ] || [ "$found_name" != "$service.service" ]; } || continue
  [ ! -L "$found_file" ] || found_file=$(readlink -f -- "$found_file")
  case $found_name,$found_files in *@*,*) ;; *,*" $found_file "*) continue ;; esac
  found_count=$((found_count + 1)) found_files="$found_files$found_file " found_units="$found_units $found_name"
  [ $found_count -le ${MOST} ] || break
  found_instance=\${found_stem#*@}
  case $found_instance in *[!A-Za-z0-9._-]*) found_instance=%i ;; esac
  found_text=$(
    [ -z "$found_file" ] || head -c ${MOST_BYTES} -- "$found_file"
    for found_root in $found_roots; do
      for found in "$found_root/$found_name.d"/*.conf; do
        [ ! -f "$found" ] || { echo; head -c ${MOST_BYTES} -- "$found"; }
      done
    done
  )
  found_text=$(printf '%s\\n' "$found_text" | sed "s/%[iI]/$found_instance/g; s/%n/$found_name/g; s/%N/$found_stem/g; s/%p/\${found_stem%%@*}/g")
  say dormant "$found_name" "$found_file" "$(printf '%s\\n' "$found_text" | head -c 65536 | base64 -w0)"
  found_given=$(
    printf '%s\\n' "$found_text" | sed -nE 's/^[[:space:]]*EnvironmentFile[[:space:]]*=[[:space:]]*-?//p' | while IFS= read -r found; do
      [ ! -f "$found" ] || head -c 65536 -- "$found" | sed -E 's/^[[:space:]]*//' | found_vars
    done
  )
  found_path=$(printf '%s\\n' "$found_text" | tr " \\t\\"'" '\\n\\n\\n\\n' | found_last)
  [ -n "$found_path" ] || found_path=$(printf '%s\\n' "$found_text" "$found_given" | grep -oE "ETCD_CONFIG_FILE=[\\"']?/[^[:space:]\\"']+" | sed "s/^[^/]*//" | tail -n 1)
  found_cwd=$(printf '%s\\n' "$found_text" | sed -nE 's/^[[:space:]]*WorkingDirectory[[:space:]]*=[[:space:]]*-?(\\/.*)/\\1/p' | tail -n 1)
  found_lines=
  found_config "$found_name" "$found_path"
  say start "$found_name" "$(printf '%s\\n' "$found_given" | found_coded)" "\${found_cwd:-/}"
  printf '%s\\n' "$found_text" "$found_given" "$found_lines" | found_dirs "$found_name" "\${found_cwd:-/}"
done
[ -z "$found_units" ] ||
  timeout 10 systemctl show -p Id,ActiveState,MainPID,UnitFileState -- $found_units | while IFS= read -r line; do say unit-show "$line"; done

for found in ${MANIFESTS}; do
  [ -f "$found" ] || continue
  found_text=$(head -c 131072 -- "$found")
  printf '%s\\n' "$found_text" | grep -qE -e '--(listen-peer-urls|initial-advertise-peer-urls)[=[:space:]]' -e '^[[:space:]]*-[[:space:]]+"?(/[^[:space:]]*/)?etcd"?[[:space:]]*$' || continue
  found_lines=$(printf '%s\\n' "$found_text" | grep -oE -e "--($found_flags)=[^[:space:]\\"']+" | head -n 64)
  say manifest "$found" "$(printf '%s\\n' "$found_lines" | found_coded)"
  printf '%s\\n' "$found_lines" | found_dirs "$found" ''
done

for found in ${USUAL}; do
  case $found in "$data" | "$data"/member | "$wal" | "$wal"/wal) continue ;; esac
  [ -d "$found" ] && found_member "$found" || continue
  found_pid=0 found_who=
  if found_inode=$(stat -c %i -- "$found/member/snap/db"); then
    while read -r _ found_kind _ _ found_owner found_place _; do
      case $found_kind,$found_place in FLOCK,*:"$found_inode") found_pid=$found_owner ;; esac
    done </proc/locks
    [ "$found_pid" -eq 0 ] || read -r found_who <"/proc/$found_pid/comm" || :
  fi
  say found-data "$found" "$found_pid" "$found_who"
done`
