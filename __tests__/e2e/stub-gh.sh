#!/bin/sh
# Stands for GitHub's command line in the examples: issues are files in $STUB_GH, each call is a line of $STUB_GH/calls.
# What it answers is what the --jq expressions of docs/examples/health.yml give for the issues there are.
set -eu
cd "$STUB_GH"
: "${GH_TOKEN:?gh needs a token}" "${GH_REPO:?gh needs a repository}"
printf '%s\n' "$1 $2" >>calls
[ "$1" = issue ] || exit 1
option() { # option --name ARGUMENTS...: the value behind --name
  wanted=$1
  shift
  while [ "$1" != "$wanted" ]; do shift; done
  printf '%s' "$2"
}
case $2 in
  list) cat issues ;;
  view) cat "issue-$3" ;;
  create) echo 7 >issues && option --body "$@" >issue-7 ;;
  comment) option --body "$@" >"issue-$3" ;;
  close) : >issues && option --comment "$@" >"issue-$3" ;;
  *) exit 1 ;;
esac
