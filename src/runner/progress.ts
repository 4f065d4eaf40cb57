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
    const of = total === undefined ? '' : ` of ${megabytes(total)} (${Math.floor((100 * bytes) / total)} %)`
    write(`${fileName}: ${megabytes(bytes)}${of}`)
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
