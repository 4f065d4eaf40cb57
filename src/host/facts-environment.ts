import type { EnvironmentFact, EnvironmentRow } from '../cluster/observed.js'

/** Names of variables that etcd, or Go in it, takes notice of, beside `ETCD_` and capitals, digits and underscores. */
const WORDS =
  'HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy GODEBUG GOGC GOMAXPROCS GOMEMLIMIT'.split(
    ' ',
  )

/** The same as an extended regular expression. */
const NAMES = ['ETCD_[A-Z0-9_]+', ...WORDS].join('|')

/** More of a unit, a drop-in or an environment file than this is not read, bytes. */
const MOST_BYTES = 65_536

/**
 * The filter of the rows below: of other variables neither name nor value leaves the host, of those that may hold a secret the name
 * alone, of a proxy what is not its user and password.
 */
const FILTER = `env_row() { printf 'env\\t%s\\t%s\\t%s\\t%s\\t%s\\n' "$1" "$2" "$3" "$4" "$5"; }
env_vary() { # KIND FILE LINE NAMED-BY WORD
  env_kind=$1 env_word=$5 env_name=\${5#[\\"\\']}
  env_name=\${env_name%%=*} env_value=\${5#*=}
  case $env_name in
    *PASS* | *SECRET* | *CREDENTIAL*) return 0 ;;
    *TOKEN* | *PW* | *ACCESS* | *PRIVATE* | *DISCOVERY* | *_KEY | *_KEY_ID) env_kind=$1-hidden env_word=$env_name= ;;
    *_PROXY | *_proxy)
      case $env_value in
        *://*@*) env_word=\${5%%=*}=\${env_value%%://*}://\${env_value##*@} ;;
        *@*) env_word=\${5%%=*}=\${env_value##*@} ;;
      esac ;;
    *)
      case $env_value in
        *://*@*) env_word=\${5%%=*}=\${env_value%%://*}://\${env_value##*@} ;;
      esac ;;
  esac
  env_row "$env_kind" "$2" "$3" "$4" "$env_word"
}
env_all() { # KIND FILE LINE NAMED-BY, one word a line on stdin
  while IFS= read -r env_found || [ -n "$env_found" ]; do
    env_name=\${env_found#[\\"\\']}
    case $env_name in
      ${WORDS.map((word) => `${word}=*`).join(' | ')}) ;;
      ETCD_?*=*) case \${env_name%%=*} in ETCD_ | *[!A-Z0-9_]*) continue ;; esac ;;
      *) continue ;;
    esac
    env_vary "$1" "$2" "$3" "$4" "$env_found"
  done
}
`

/** The row `process`, and one for each variable that the process `$pid` was given; none where it cannot be looked at. */
const PROCESS = `[ "$pid" -eq 0 ] || ! [ -r "/proc/$pid/environ" ] || {
  env_row process '' '' '' ''
  env_all process '' '' '' <<EOF
$(tr '\\0' '\\n' <"/proc/$pid/environ")
EOF
}`

/** Part of a script that looks at the process `$pid` alone; prints rows as ENVIRONMENT_SNIPPET does. */
export const PROCESS_SNIPPET = `${FILTER}${PROCESS}`

/**
 * Part of the facts script: what a process of `$service` is given by systemd, by file and line in the order in which systemd
 * applies it, and what the process `$pid` was given. Lines
 * `env<TAB>KIND<TAB>FILE<TAB>LINE<TAB>NAMED BY<TAB>TEXT`, the text as it is written there.
 */
export const ENVIRONMENT_SNIPPET = `${FILTER}
env_file() { # PATH LINE NAMED-BY
  case $1 in -*) env_path=\${1#-} env_needed=no ;; *) env_path=$1 env_needed=yes ;; esac
  env_path=$(printf '%s' "$env_path" | sed "s/%n/$service.service/g; s/%[Np]/$service/g; s/%%/%/g")
  env_there=no env_ifs=$IFS IFS=''
  set +f
  for env_each in $env_path; do
    [ -f "$env_each" ] || continue
    env_there=yes
    head -c ${MOST_BYTES} "$env_each" | grep -nE "^[[:space:]]*(${NAMES})=" | while IFS=: read -r env_at env_text; do
      printf '%s\\n' "$env_text" | sed 's/^[[:space:]]*//' | env_all file "$env_each" "$env_at" "$3"
    done
  done
  set -f
  IFS=$env_ifs
  [ $env_there = yes ] || [ $env_needed = no ] || env_row missing "$env_path" "$2" "$3" ''
}
env_unit() { # PATH
  env_number=0 env_key='' env_more=no
  while read -r env_line || [ -n "$env_line" ]; do
    env_number=$((env_number + 1))
    case $env_line in '#'* | ';'*) continue ;; esac
    env_given=$env_line
    if [ $env_more = no ]; then
      env_key=\${env_line%%=*} env_given=\${env_line#*=}
      env_key=\${env_key%%[!A-Za-z]*}
    fi
    case $env_line in *\\\\) env_more=yes ;; *) env_more=no ;; esac
    env_first=\${env_given#"\${env_given%%[![:space:]]*}"}
    case $env_key in
      Environment)
        [ -n "$env_first" ] || env_row reset "$1" "$env_number" '' Environment
        case $env_given in
          *ETCD_* | *_PROXY* | *_proxy* | *GO*)
            printf '%s\\n' "$env_given" |
              grep -oE '("([^"\\\\]|\\\\.)*"|'"'([^'\\\\\\\\]|\\\\\\\\.)*'"'|\\\\.|[^[:space:]"'"'"'\\\\])+' |
              env_all unit "$1" "$env_number" "$1" ;;
        esac ;;
      EnvironmentFile)
        if [ -n "$env_first" ]; then env_file "$env_first" "$env_number" "$1"
        else env_row reset "$1" "$env_number" '' EnvironmentFile; fi ;;
      PassEnvironment)
        for env_passed in $env_first; do
          tr '\\0' '\\n' </proc/1/environ | grep "^$env_passed=" | env_all passed "$1" "$env_number" "$1"
        done ;;
      UnsetEnvironment)
        for env_gone in $env_first; do
          case $env_gone in *=* | *\\\\) ;; *) env_row unset "$1" "$env_number" '' "$env_gone" ;; esac
        done ;;
      ExecStart) [ "$1" = "$unit" ] || env_row start "$1" "$env_number" '' "$env_first" ;;
    esac
  done
}
set -f
env_all manager '' '' '' <<EOF
$(systemctl show-environment)
EOF
[ ! -f "$unit" ] || head -c ${MOST_BYTES} "$unit" | env_unit "$unit"
set +f
env_drops=
for env_folder in "$service.service.d" service.d; do
  for env_root in "$units" /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
    for env_each in "$env_root/$env_folder"/*.conf; do
      [ ! -e "$env_each" ] || env_drops="$env_drops\${env_each##*/}	$env_each
"
    done
  done
done
[ -z "$env_drops" ] || printf %s "$env_drops" | sort -s -u -t '	' -k 1,1 | while IFS='	' read -r _ env_each; do
  [ -f "$env_each" ] || continue
  set -f
  head -c ${MOST_BYTES} "$env_each" | env_unit "$env_each"
  set +f
done
${PROCESS}`

const KINDS = ['manager', 'passed', 'unit', 'file', 'process'] as const
const NOTES = ['reset', 'unset', 'start', 'missing'] as const

/**
 * Reads the rows that the snippet printed, each without its key: kind, file, line, named by, text (which may hold tabs). Rows of
 * no known kind are left out. `process` is absent where no process could be looked at.
 */
export const parseEnvironment = (rows: readonly (readonly string[])[]): EnvironmentFact => {
  const known = rows.flatMap(([word = '', file = '', line = '', by = '', ...text]): EnvironmentRow[] => {
    const hidden = word.endsWith('-hidden')
    const kind = [...KINDS, ...NOTES].find((one) => one === word.replace(/-hidden$/, ''))
    if (kind === undefined) return []
    const place = file === '' ? {} : { file, line: Number(line) || 0 }
    return [{ kind, ...place, ...(by === '' ? {} : { by }), text: text.join('\t'), hidden }]
  })
  const process = known.filter(({ kind }) => kind === 'process')
  return {
    given: known.filter(({ kind }) => kind !== 'process'),
    // The first one says that the process could be asked.
    ...(process.length === 0 ? {} : { process: process.slice(1) }),
  }
}
