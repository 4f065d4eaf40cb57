/** Lines of a multi-line secret below this length are too common to hide. */
const SHORTEST_LINE = 8

/** Lines that all keys have in common: hidden, they would be missed where a message names them. */
const COMMON_LINE = /^-----|^(?:Proc-Type|DEK-Info|Comment):/

const MASK = '***'

/**
 * A function that hides secrets in a text: each whole secret, and each line of 8 characters and more of a secret of
 * several lines (but not its BEGIN and END), becomes `***`. Occurrences that touch or overlap are hidden together, so that no end of one is left
 * beside the other.
 */
export const makeRedactor = (secrets: readonly string[]): ((text: string) => string) => {
  const needles = [...new Set(secrets.flatMap(partsOf))]
  if (needles.length === 0) return (text) => text
  return (text) =>
    cover(
      text,
      needles.flatMap((needle) => spansOf(needle, text)),
    )
}

type Span = readonly [start: number, end: number]

/** What to look for of a secret: the whole of it, and its lines. */
const partsOf = (secret: string): readonly string[] => {
  const whole = secret.trim()
  if (whole === '') return []
  // Output that shows a key shows it line by line, re-wrapped or indented, seldom as one piece. Some secrets come with
  // their line ends written as `\n`, which may also be a part of them.
  const lines = [/\r\n|\r|\n/, /\r\n|\r|\n|\\r|\\n/]
    .flatMap((end) => whole.split(end))
    .map((line) => line.trim())
  return [whole, ...lines.filter((line) => line.length >= SHORTEST_LINE && !COMMON_LINE.test(line))]
}

const spansOf = (needle: string, text: string): readonly Span[] => {
  const spans: Span[] = []
  let [start, end] = [0, 0]
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) {
    if (at > end) {
      if (end > 0) spans.push([start, end])
      start = at
    }
    end = at + needle.length
  }
  return end > 0 ? [...spans, [start, end]] : spans
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

/** The same parts for a system that hides single lines. */
export const maskable = (secret: string): readonly string[] =>
  [...new Set(partsOf(secret))].filter((part) => !/[\r\n]/.test(part))

/** The same data with `redact` done to every text in it, before a renderer escapes it in one way or another. */
export const redactAll = <T>(data: T, redact: (text: string) => string): T => {
  if (typeof data === 'string') return redact(data) as T
  if (Array.isArray(data)) return data.map((item: unknown) => redactAll(item, redact)) as T
  if (typeof data !== 'object' || data === null || Object.getPrototypeOf(data) !== Object.prototype)
    return data
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, redactAll<unknown>(value, redact)]),
  ) as T
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
