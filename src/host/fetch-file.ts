import { createHash } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { Failure } from '../failure.js'
import type { HostSession } from '../ssh/port.js'
import { PRIVATE_WAY } from './private-way.js'
import { mustSucceed, whereOf } from './refusal.js'

/** Arguments: path, number of the first block, how many blocks of 1 MiB. */
const READ_SCRIPT = `set -u
LC_ALL=C; export LC_ALL
${PRIVATE_WAY}
guard "\${1%/*}/"
[ -f "$1" ] || { echo "$1 is not there" >&2; exit 21; }
dd if="$1" bs=1048576 skip="$2" count="$3" 2>/dev/null | base64 -w0
`

/** A command's output is text and bounded, so a file comes in pieces of this many MiB. */
const PIECE_MIB = 8
const MIB = 1024 * 1024

export interface FileToFetch {
  /** On the host. */
  readonly path: string
  /** On the runner; its folder exists. */
  readonly to: string
  /** Lower-case hex of the whole file. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}

/**
 * Copies a file from a host to the runner, readable for its owner alone, piece by piece so that neither side holds it in memory.
 * It gets its name only when its digest is right. Throws Failure; nothing is left at `to` then.
 */
export const fetchFile = async (
  session: HostSession,
  { path, to, sha256, size }: FileToFetch,
): Promise<void> => {
  const partial = `${to}.part`
  const file = await open(partial, 'w', 0o600)
  try {
    const hash = createHash('sha256')
    for (let block = 0; block * MIB < size; block += PIECE_MIB) {
      const piece = await pieceOf(session, path, block)
      hash.update(piece)
      await file.write(piece)
    }
    const found = hash.digest('hex')
    if (found !== sha256) {
      throw new Failure({
        what: `cannot copy ${path} to the runner`,
        where: whereOf(session),
        why: `SHA-256 of what arrived is ${found}, expected ${sha256}`,
        state: 'the file on the host is untouched',
        next: 'run again',
      })
    }
    await file.close()
    await rename(partial, to)
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(partial, { force: true })
    throw error
  }
}

const pieceOf = async (session: HostSession, path: string, block: number): Promise<Buffer> => {
  const result = await session.run({
    label: `read ${path}`,
    script: READ_SCRIPT,
    args: [path, String(block), String(PIECE_MIB)],
    timeoutMs: 300_000,
    userData: true,
    // Coded, three bytes are four characters. The digest of the whole file tells whether anything got in between.
    bulk: true,
    mostBytes: 2 * PIECE_MIB * MIB,
  })
  mustSucceed(session, `cannot copy ${path} to the runner`, result)
  return Buffer.from(result.stdout, 'base64')
}
