# Where things are: STATE is shared by all labs of the machine, LAB_DIR belongs to one.

lab_paths() {
  [[ $LAB =~ ^[a-z][a-z0-9-]{0,23}$ ]] || die "lab name '$LAB': use a-z, 0-9 and '-', at most 24 characters, first a letter"
  LAB_DIR=$STATE/labs/$LAB
  MIRROR_DIR=$STATE/mirror
  INDEX=""
  [ ! -f "$LAB_DIR/index" ] || INDEX=$(<"$LAB_DIR/index")
}

host_dir() { echo "$LAB_DIR/hosts/$1"; }

host_numbers() {
  local dir
  for dir in "$LAB_DIR"/hosts/*/; do
    [ ! -d "$dir" ] || basename "$dir"
  done | sort -n
}

lab_require() { lab_is_up || die "lab '$LAB' is not up; start it with: lab/lab --lab $LAB up 3"; }

require_host() {
  [[ ${1:-} =~ ^[1-9][0-9]*$ ]] || die "'${1:-}' is no host number"
  [ -d "$(host_dir "$1")" ] || die "lab '$LAB' has no host $1"
}
