/**
 * Shell: `listens PORT` holds where something listens for TCP on that port of any address here. ss asks for the one socket, as the
 * kernel's table of all connections is long on a large machine; that table is read where there is no ss, or it does not work.
 */
export const LISTENS = `asks_ss=$(ss -Hltn 2>/dev/null && echo yes) || asks_ss=
listens() {
  if [ -n "$asks_ss" ]; then [ -n "$(ss -Hltn "sport = :$1" 2>/dev/null)" ]; return; fi
  grep -qE "^ *[0-9]+: [0-9A-F]+:$(printf %04X "$1") [0-9A-F]+:0000 0A " /proc/net/tcp /proc/net/tcp6 2>/dev/null
}`
