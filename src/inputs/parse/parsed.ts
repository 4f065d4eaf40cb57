/** What is wrong with a text; the input it came from is known to the caller. */
export interface Fault {
  /** The part that is wrong, as given. */
  readonly value: string
  /** A clause that follows the value: "is not a port: a whole number from 1 to 65535". Never repeats the value. */
  readonly rule: string
  /** Something that would be right. */
  readonly example: string
  /** Set where the value holds a secret, so that it is never shown. */
  readonly secret?: true
}

/** What a parser says of a text: the value it means, or what is wrong with it. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly Fault[] }

export type Parser<T> = (text: string) => Parsed<T>

export const good = <T>(value: T): Parsed<T> => ({ ok: true, value })

/** A text that is wrong because it holds a secret in a place where it would be seen. */
export const badSecret = (value: string, rule: string, example: string): Parsed<never> => ({
  ok: false,
  faults: [{ value, rule, example, secret: true }],
})

export const bad = (value: string, rule: string, example: string): Parsed<never> => ({
  ok: false,
  faults: [{ value, rule, example }],
})
