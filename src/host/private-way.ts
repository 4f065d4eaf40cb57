/** What a script ends with where somebody else than root could change a path that it was to work on. */
export const EXPOSED = 29

/**
 * Shell functions for every script that changes something by its path. A way is private where each directory on it, from / down, is
 * root's own and nobody else may write there, the sticky bit or not: then no name in it can be exchanged by anybody else, neither before
 * a look nor after it, and links are root's own too. Each directory is looked at once it is entered, and only then a name is
 * looked up in it, so that no exchange on the way helps. (Who runs this counts as root: tests are not always run by it.)
 *
 * `approach PATH`: enters the folder of PATH, through links; `$last` is its name there, which is no link, or is `.`. `making=yes`: folders
 * that are missing are made. `enter PATH`: enters PATH, which is private itself. Both end with 28 where there is no such folder,
 * and with 29 where the way is not private: `$exposed` is the directory, `$openness` its mode and owner.
 * `guard PATH...`: the script ends with 29 unless each is private as far as it exists.
 * `ahead PATH...`: looks at all directories on these ways with one process, in place of one at each once it is entered. Which is as good: one
 * that is found private then stays so, as does the way to it, or else the way is left at the first one that is not.
 */
export const PRIVATE_WAY = `making=no private_ways= exposed= openness=
private() {
  case $private_ways in *"//$PWD//"*) return 0 ;; esac
  _seen=$(stat -c '%u %a' -- .) || return 28
  { [ "\${_seen% *}" = 0 ] || [ -O . ]; } && case $_seen in *[2367] | *[2367]?) false ;; esac || {
    exposed=$PWD openness=$(stat -c '%A, owner %U' -- .)
    return ${EXPOSED}
  }
  private_ways="$private_ways|//$PWD//"
}
ahead() {
  _given=$#
  for _way; do
    while case $_way in */) ;; *) false ;; esac; do _way=\${_way%/}; done
    while case $_way in /?*) ;; *) false ;; esac; do
      set -- "$@" "$_way"
      _way=\${_way%/*}
    done
  done
  shift $_given
  # The slash keeps a blank at the end of a name.
  _seen=$(stat -c '%u %A %a %n/' -- / "$@" 2>/dev/null) || :
  while read -r _owner _kind _mode _way; do
    _way=\${_way%/}
    case $_owner,$_kind,$_mode,$_way in *//*) ;; 0,d*,*[2367],* | 0,d*,*[2367]?,*) ;; 0,d*) private_ways="$private_ways|//$_way//" ;; esac
  done <<EOF
$_seen
EOF
}
approach() {
  _rest=$1 _links=0
  cd / && private || return
  while :; do
    while case $_rest in /*) ;; *) false ;; esac; do _rest=\${_rest#/}; done
    last=\${_rest%%/*}
    _rest=\${_rest#"$last"}
    while case $_rest in /*) ;; *) false ;; esac; do _rest=\${_rest#/}; done
    case $last in
      '' | .) [ -n "$_rest" ] || { last=.; return 0; }; continue ;;
      ..) cd -P .. || return 28; continue ;;
    esac
    if [ -L "./$last" ]; then
      _links=$((_links + 1))
      [ $_links -le 40 ] && _link=$(readlink -- "./$last") || return 28
      case $_link in /*) cd / ;; esac
      _rest=$_link/$_rest
      continue
    fi
    [ -n "$_rest" ] || return 0
    [ $making = no ] || [ -e "./$last" ] || mkdir -m 0755 -- "./$last" || return 28
    [ -d "./$last" ] && cd -P "./$last" || return 28
    private || return
  done
}
enter() {
  approach "$1" || return
  [ -d "./$last" ] && cd -P "./$last" || return 28
  private
}
not_private() {
  echo "$exposed is $openness: others than root could exchange what root works on in it" >&2
  exit ${EXPOSED}
}
guard() {
  ahead "$@"
  for _way; do
    enter "$_way" || [ $? -ne ${EXPOSED} ] || not_private
  done
  cd /
}
`
