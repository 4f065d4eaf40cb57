import type { HeldCommand, HostSession } from '../ssh/port.js'
import { LISTENS } from './listens.js'

/** Arguments: address to listen on, its port, the word it says to who connects. */
const LISTEN_SCRIPT = `set -u
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
command -v systemd-socket-activate >/dev/null || { echo 'no systemd-socket-activate'; exit 21; }
timeout 20 systemd-socket-activate --inetd --accept --listen="$1" echo "$3" >/dev/null 2>&1 &
child=$!
trap 'kill "$child" 2>/dev/null; wait "$child"; exit 0' EXIT HUP INT TERM
${LISTENS}
tries=0
until listens $2; do
  tries=$((tries + 1))
  if [ $tries -gt 200 ] || ! kill -0 "$child" 2>/dev/null; then echo 'it does not listen'; exit 22; fi
  sleep 0.01
done
echo ready
timeout 20 head -c 1 >/dev/null
`

/**
 * Listens on `address:port` of the host and says `word` to everyone who connects, until released or 20 s have passed; the
 * port is free again when `release` resolves. `address`: an IP address, or empty for all of them.
 * Throws Failure where the host cannot (no systemd-socket-activate, no such address).
 */
export const holdProbeListener = (
  session: HostSession,
  address: string,
  port: number,
  word: string,
): Promise<HeldCommand> =>
  session.hold({
    label: `listen on port ${port} for a moment`,
    script: LISTEN_SCRIPT,
    args: [
      address === '' ? String(port) : `${address.includes(':') ? `[${address}]` : address}:${port}`,
      String(port),
      word,
    ],
    timeoutMs: 10_000,
  })
