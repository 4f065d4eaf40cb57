/** Lines of a multi-line secret below this length are too common to hide ("", "-----"). */
const SHORTEST_LINE = 8

const MASK = '***'

/**
 * A function that hides secrets in a text: each whole secret, and each line of 8 characters and more of a secret of
 * several lines, becomes `***`. Occurrences that touch or overlap are hidden together, so that no end of one is left
 * beside the other.
 */
export const makeRedactor = (secrets: readonly string[]): ((text: string) => string) => {
  const needles = [...new Set(secrets.flatMap(needlesOf))]
  if (needles.length === 0) return (text) => text
  return (text) =>
    cover(
      text,
      needles.flatMap((needle) => spansOf(needle, text)),
    )
}

type Span = readonly [start: number, end: number]

const needlesOf = (secret: string): readonly string[] => {
  const whole = secret.trim()
  if (whole === '') return []
  // Output that shows a key shows it line by line, re-wrapped or indented, seldom as one piece. Some secrets come with
  // their line ends written as `\n`, which may also be a part of them.
  const lines = [/\r\n|\r|\n/, /\r\n|\r|\n|\\r|\\n/]
    .flatMap((end) => whole.split(end))
    .map((line) => line.trim())
  return [whole, ...lines.filter((line) => line.length >= SHORTEST_LINE)]
}

const spansOf = (needle: string, text: string): readonly Span[] => {
  const spans: Span[] = []
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) {
    spans.push([at, at + needle.length])
  }
  return spans
}

const cover = (text: string, spans: readonly Span[]): string => {
  const pieces: string[] = []
  let end = -1
  for (const span of [...spans].sort(([a], [b]) => a - b)) {
    if (span[0] > end) pieces.push(text.slice(Math.max(end, 0), span[0]), MASK)
    end = Math.max(end, span[1])
  }
  return pieces.join('') + text.slice(Math.max(end, 0))
}

/** Collects the secrets of a run as they come up, and hides all those it knows. */
export interface Keeper {
  /** From now on this is hidden. */
  keep(secret: string): void
  readonly redact: (text: string) => string
}

export const makeKeeper = (): Keeper => {
  const secrets: string[] = []
  let redactor = makeRedactor(secrets)
  return {
    keep: (secret) => {
      secrets.push(secret)
      redactor = makeRedactor(secrets)
    },
    redact: (text) => redactor(text),
  }
}
