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

/** Hides secrets in text for people, and in names that machines find things by. */
export interface Redaction {
  readonly redact: (text: string) => string
  /** Only secrets that are too long to be a word by chance: an address must not be torn because a passphrase is `https`. */
  readonly redactName: (name: string) => string
}

/** From this length on no secret is a part of a name by chance. */
const SHORTEST_IN_NAMES = 12

/** Words of ours, by which renderers tell things apart: no secret is ever in them, whatever it is. */
const OUR_WORDS: ReadonlySet<string> = new Set(['kind', 'operation', 'phase', 'parts'])

/** Names, addresses, paths and numbers as text. */
const NAMES: ReadonlySet<string> = new Set(
  (
    'name member memberId id endpoint clusterId leader peerUrls clientUrls version storageVersion to from took raftTerm raftIndex ' +
    'alarms path sha256 revision planDigest startedAt runUrl reportPath rolled reverted untouched before after'
  ).split(' '),
)

/**
 * The same data with secrets hidden in every text in it, before a renderer makes a document of it: text is redacted, never structure. What
 * is hidden in a document may be a key, a number or a part of its markup.
 */
export const redactAll = <T>(data: T, redaction: Redaction): T => redactIn('', data, redaction) as T

const redactIn = (field: string, data: unknown, redaction: Redaction): unknown => {
  if (typeof data === 'string') {
    if (OUR_WORDS.has(field)) return data
    return NAMES.has(field) ? redaction.redactName(data) : redaction.redact(data)
  }
  if (Array.isArray(data)) return data.map((item: unknown) => redactIn(field, item, redaction))
  if (typeof data !== 'object' || data === null || Object.getPrototypeOf(data) !== Object.prototype)
    return data
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, redactIn(key, value, redaction)]),
  )
}

/** Collects the secrets of a run as they come up, and hides all those it knows. */
export interface Keeper extends Redaction {
  /** From now on this is hidden. */
  keep(secret: string): void
}

export const makeKeeper = (): Keeper => {
  const secrets: string[] = []
  let text = makeRedactor(secrets)
  let name = makeRedactor(secrets)
  return {
    keep: (secret) => {
      secrets.push(secret)
      text = makeRedactor(secrets)
      name = makeRedactor(secrets.filter((known) => known.trim().length >= SHORTEST_IN_NAMES))
    },
    redact: (shown) => text(shown),
    redactName: (shown) => name(shown),
  }
}
