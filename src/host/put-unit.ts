import type { Layout } from '../cluster/desired.js'
import type { HostSession } from '../ssh/port.js'
import { unitPath } from '../cluster/places.js'
import { PRIVATE_WAY } from './private-way.js'
import { mustSucceed } from './refusal.js'

/**
 * Arguments: PATH SIZE; the text on stdin. Writes it and lets systemd read it in one go: a run that died between the two would leave
 * a file that the next one cannot tell from a change that waits for a restart.
 */
const PUT_UNIT_SCRIPT = `set -u
LC_ALL=C; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export LC_ALL PATH
umask 077
${PRIVATE_WAY}
guard "\${1%/*}/"
failed=0
temp=\${1%/*}/.\${1##*/}.etcd-deploy-unit
trap 'rm -f -- "$temp"; exit 143' HUP INT TERM
trap '' PIPE
stop() { rm -f -- "$temp"; exit "$1"; }
rm -f -- "$temp" && head -c "$2" >"$temp" || stop 23
[ "$(wc -c <"$temp")" -eq "$2" ] || stop 24
chown -- root:root "$temp" && chmod -- 644 "$temp" && sync -- "$temp" || stop 23
trap '' HUP INT TERM
if [ "$(sha256sum <"$temp")" = "$(sha256sum 2>/dev/null <"$1")" ]; then rm -f -- "$temp"
else
  mv -f -T -- "$temp" "$1" || stop 23
  sync -- "\${1%/*}" || failed=25
fi
systemctl daemon-reload || { sleep 1; systemctl daemon-reload; } || exit 26
exit "$failed"
`

const OLD_KEPT = 'the old unit is untouched'

/** Replaces the text of the service's unit, and lets systemd read it. Nothing is restarted. Throws Failure. */
export const putUnit = async (
  session: HostSession,
  layout: Pick<Layout, 'serviceName'>,
  text: string,
  unitDir?: string,
): Promise<void> => {
  const path = unitPath(layout, unitDir)
  const content = Buffer.from(text)
  const result = await session.run({
    label: `write ${path} and have systemd read it`,
    script: PUT_UNIT_SCRIPT,
    args: [path, String(content.length)],
    stdin: content,
    timeoutMs: 60_000,
  })
  mustSucceed(session, `cannot write ${path}`, result, {
    23: { state: OLD_KEPT },
    24: { why: 'its content was cut off on the way', state: OLD_KEPT, next: 'run again' },
    25: { state: 'the new unit is in place, but may be gone after a power loss; no service was restarted' },
    26: {
      why: `systemd does not read its units anew: ${result.stderr.trim()}`,
      state: 'the new unit is in place, and no service was restarted',
      next: 'run systemctl daemon-reload there, then run again',
    },
  })
}
