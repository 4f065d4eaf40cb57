import { bytesOf } from '../time/bytes.js'

const EVERY_MS = 5000

/** Turns the bytes of a download into a line every few seconds, so that a slow one is seen to go on. */
export const progressLines = (
  fileName: string,
  write: (line: string) => void,
  now: () => number = Date.now,
): ((bytes: number, total: number | undefined) => void) => {
  let last = now()
  return (bytes, total) => {
    if (now() - last < EVERY_MS) return
    last = now()
    write(`${fileName}: ${bytesOf(bytes, total)}`)
  }
}
