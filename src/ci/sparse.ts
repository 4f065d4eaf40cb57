const EVERY_MS = 10_000

/** Passes on the first line, and then one every ten seconds: what a log that cannot take lines back can bear of progress. */
export const sparsely = (
  write: (line: string) => void,
  now: () => number = Date.now,
): ((line: string) => void) => {
  let last = -Infinity
  return (line) => {
    if (now() - last < EVERY_MS) return
    last = now()
    write(line)
  }
}
