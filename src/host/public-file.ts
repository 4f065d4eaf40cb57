import type { HostSession } from '../ssh/port.js'

const READ_SCRIPT = `set -eu
[ -f "$1" ] || exit 0
head -c 1048576 -- "$1"
`

/** Text of a file that is no secret, at most 1 MiB; empty where it is missing or cannot be read. */
export const readPublicFile = async (session: HostSession, path: string): Promise<string> => {
  const { code, stdout } = await session.run({
    label: `read ${path}`,
    script: READ_SCRIPT,
    args: [path],
    timeoutMs: 15_000,
  })
  return code === 0 ? stdout : ''
}
