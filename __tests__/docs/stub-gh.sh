#!/bin/sh
# Stands for GitHub's command line where a page sets up a repository: an environment is a folder in $STUB_GH, a secret or variable a file
# in it. Like gh it asks for a repository where the folder belongs to none, and knows no environment that was not made.
set -eu
repository=${GH_REPO:-}
case "$1 $2" in
  'api --silent')
    [ "$3 $4" = '--method PUT' ]
    path=$5
    case $path in repos/*/*/environments/*) ;; *) echo "gh: Not Found (HTTP 404)" >&2 && exit 1 ;; esac
    mkdir -p "$STUB_GH/${path##*/environments/}"
    exit 0
    ;;
  'secret set' | 'variable set') ;;
  *) echo "unknown command \"$1 $2\" for \"gh\"" >&2 && exit 1 ;;
esac
kind=$1 name=$3
shift 3
environment=
while [ $# -gt 0 ]; do
  case $1 in
    --env) environment=$2 ;;
    --repo | -R) repository=$2 ;;
    *) echo "unknown flag: $1" >&2 && exit 1 ;;
  esac
  shift 2
done
case $repository in
  */*) ;;
  *) echo 'failed to determine base repo: failed to run git: fatal: not a git repository' >&2 && exit 1 ;;
esac
[ -n "$environment" ] || environment=.repository
[ "$environment" = .repository ] && mkdir -p "$STUB_GH/$environment"
[ -d "$STUB_GH/$environment" ] || { echo 'failed to fetch public key: HTTP 404: Not Found' >&2 && exit 1; }
cat >"$STUB_GH/$environment/${kind}s.$name"
