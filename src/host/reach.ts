import type { HostSession } from '../ssh/port.js'

/** How a connection attempt from a host ended; `word`: the line the other side said first, empty for none. */
export type Reach =
  | { readonly kind: 'connected'; readonly word: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'no-tool'; readonly reason: string }

/** Arguments: address, port. */
const REACH_SCRIPT = `set -u
LC_ALL=C; export LC_ALL
command -v bash >/dev/null || exit 21
exec timeout 4 bash -c 'exec 3<>"/dev/tcp/$1/$2" || exit 22; read -r -t 1 line <&3; printf "%s" "\${line-}"; exit 0' bash "$1" "$2"
`

/** Connects from the host to `address:port` with the host's own means, for where its SSH server forwards nothing. */
export const reachFromHost = async (session: HostSession, address: string, port: number): Promise<Reach> => {
  const { code, stdout, stderr } = await session.run({
    label: `connect to ${address} port ${port}`,
    script: REACH_SCRIPT,
    args: [address, String(port)],
    timeoutMs: 10_000,
  })
  if (code === 0) return { kind: 'connected', word: stdout.trim() }
  if (code === 21) return { kind: 'no-tool', reason: 'its SSH server forwards nothing, and it has no bash' }
  if (code === 124) return { kind: 'failed', reason: 'no answer within 4 s' }
  if (/connection refused/i.test(stderr)) return { kind: 'refused' }
  return {
    kind: 'failed',
    reason: /: ([^:]+)$/.exec(stderr.trim().split('\n')[0] ?? '')?.[1] ?? `exit ${code}`,
  }
}
