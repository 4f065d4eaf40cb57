import { listOf } from './parse/list.js'
import type { Fault, Parser } from './parse/parsed.js'
import { SECRET, type InputProblem } from './problem.js'
import type { ReadInput } from './source.js'
import { holdsPem, looksLikeKeyLine, looksSecret } from './stray-secret.js'
import { INPUT_NAMES, SECRET_INPUTS, type InputName } from './table.js'

/** Where texts become values and everything that is wrong is noted down, so that all of it is reported together. */
export interface Form {
  /** The text of an input as given. */
  text(input: InputName): string
  /** The value of an input that must not be empty; undefined once a problem was noted. */
  ask<T>(input: InputName, parse: Parser<T>): T | undefined
  /** The same where an empty input means `empty`. */
  askOr<T, E>(input: InputName, parse: Parser<T>, empty: E): T | E | undefined
  /** The items of a list, empty where the input is. */
  askList<T>(input: InputName, parse: Parser<T>): readonly T[] | undefined
  /** Notes a problem with (a part of) an input; secrets in `value` are never kept. */
  fault(input: InputName, fault: Fault): void
  /** Notes something the user should know though the run goes on. */
  warn(warning: string): void
  readonly problems: readonly InputProblem[]
  readonly warnings: readonly string[]
}

/** Shorter texts are in too many ordinary words to be looked for. */
const SHORTEST_SECRET = 4

export const openForm = (read: ReadInput): Form => {
  const texts = new Map<InputName, string>()
  const problems: InputProblem[] = []
  const noted = new Set<string>()
  const warnings: string[] = []

  const text = (input: InputName): string => {
    const known = texts.get(input)
    if (known !== undefined) return known
    const fresh = read(input)
    texts.set(input, fresh)
    return fresh
  }

  const judged = new Map<InputName, boolean>()
  const hasSecret = (input: InputName): boolean => {
    const found = judged.get(input) ?? (isDigest(input, text(input)) ? holdsPem : looksSecret)(text(input))
    judged.set(input, found)
    return found
  }

  const strayedSecret = (input: InputName, value: string): boolean =>
    hasSecret(input) ||
    (!isDigest(input, text(input)) && looksSecret(value)) ||
    [...SECRET_INPUTS]
      .map(text)
      .filter((secret) => secret.length >= SHORTEST_SECRET)
      .some((secret) => value.includes(secret) || isPart(value, secret))

  const fault = (input: InputName, { value, rule, example, secret }: Fault): void => {
    const problem =
      SECRET_INPUTS.has(input) || secret
        ? { input, value: value === '' ? '' : SECRET, rule, example }
        : strayedSecret(input, value)
          ? { input, value: SECRET, rule: STRAYED, example: '' }
          : { input, value, rule, example }
    const key = JSON.stringify([problem.input, problem.value, problem.rule])
    if (!noted.has(key)) problems.push(problem)
    noted.add(key)
  }

  const askOr = <T, E>(input: InputName, parse: Parser<T>, empty: E): T | E | undefined => {
    if (text(input) === '') return empty
    const parsed = parse(text(input))
    if (parsed.ok) return parsed.value
    for (const one of parsed.faults) fault(input, one)
    return undefined
  }

  return {
    text,
    ask: <T>(input: InputName, parse: Parser<T>): T | undefined => {
      if (text(input) === '') fault(input, { value: '', rule: EMPTY, example: '' })
      return askOr(input, parse, undefined)
    },
    askOr,
    askList: (input, parse) => askOr(input, listOf(parse), []),
    fault,
    warn: (warning) => void warnings.push(warning),
    problems,
    warnings,
  }
}

/** Digests look like keys in hexadecimal, and are public. */
const PUBLIC_DIGESTS: ReadonlySet<InputName> = new Set(['archive-sha256', 'expect-plan'])

const isDigest = (input: InputName, text: string): boolean =>
  PUBLIC_DIGESTS.has(input) && /^[0-9a-f]*$/i.test(text)

/** Commands, tokens and places may hold long words of anybody's making. */
const FREE_WORDS: ReadonlySet<InputName> = new Set<InputName>([
  'ssh-known-hosts',
  'cluster-token',
  'etcd-args',
  'download-base-url',
  'archive',
  'snapshot-download',
  'before-member',
  'after-member',
])

/** Notes each input that holds a key, or a line of one, which belongs elsewhere: taken for a name it would be shown in every log. */
export const refuseStrays = (form: Form): void => {
  for (const input of INPUT_NAMES) {
    if (SECRET_INPUTS.has(input)) continue
    const text = form.text(input)
    const words = FREE_WORDS.has(input) ? [] : text.split(/[\s,;:@="']+/)
    if (holdsPem(text) || words.some(looksLikeKeyLine)) {
      form.fault(input, { value: text, rule: STRAYED, example: '', secret: true })
    }
  }
}

const STRAYED = 'holds what looks like a key, a certificate or a password, which does not belong here'
const EMPTY = 'is empty: leave the input out to get its default'

/** A line of a secret, pasted alone. */
const isPart = (value: string, secret: string): boolean => value.length >= 16 && secret.includes(value)

/** The fields as an object once none of them is missing; undefined while one is. */
export const complete = <T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T | undefined =>
  Object.values(fields).includes(undefined) ? undefined : (fields as T)
