import type { Writable } from 'node:stream'
import { atMost } from '../time/abort.js'

/**
 * Waits until all that was written to these streams has left the process, `ms` milliseconds at most: what a pipe does not take at once,
 * as nobody reads it fast enough, Node keeps for later, and `process.exit` drops it. Never rejects.
 */
export const flushed = (streams: readonly Writable[], ms: number): Promise<void> =>
  atMost(
    Promise.all(streams.map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve())))),
    ms,
  )
