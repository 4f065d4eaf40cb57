/** A reader or filter of text that somebody else wrote, as the tests of growth and the fuzzing ask it. */
export interface Parser {
  /** By its exported names: `parseUnit`. */
  readonly name: string
  /** Files in src/ whose code it goes through. */
  readonly files: readonly string[]
  /** Reads the text, in every place that takes text. Throws nothing but Failure, and that only where `refuses` is set. */
  readonly read: (text: string) => unknown
  /** Texts as they are in real life, recorded where there is a record. */
  readonly samples: readonly string[]
  readonly refuses?: true
  /** Pieces that this reader may be slow to refuse, repeated between a beginning and an end. */
  readonly attacks?: readonly (readonly [beginning: string, piece: string, end: string])[]
  /** No longer text comes to it, characters; 1 MiB where not given. */
  readonly most?: number
  /** What has to hold of any text; gives a sentence where it does not. */
  readonly law?: (text: string) => string | undefined
  /** How many of the fuzzing's cases it gets, compared with others; 1 where not given. Less for what takes long. */
  readonly share?: number
}

export const MOST = 1024 * 1024

/** A sentence for two values that ought to be the same; undefined where they are. */
export const differs = (what: string, found: unknown, expected: unknown): string | undefined => {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)]
  return one === other ? undefined : `${what}: ${one} is not ${other}`
}
