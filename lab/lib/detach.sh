# Processes that outlive the command that starts them.

# detach CMD...: CMD in the background, in a session of its own. It keeps nothing open but its standard streams: a lock that the
# caller of the lab holds would otherwise be held for as long as the lab is up.
detach() {
  (
    local descriptor
    for descriptor in /proc/self/fd/*; do
      descriptor=${descriptor##*/}
      [ "$descriptor" -le 2 ] || eval "exec $descriptor>&-"
    done
    exec setsid "$@"
  ) &
}
