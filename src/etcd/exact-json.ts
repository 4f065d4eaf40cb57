import { Failure } from '../failure.js'

/** A JSON object; readers below turn its fields into typed values. */
export type Fields = Readonly<Record<string, unknown>>

/**
 * Parses etcdctl's JSON without losing a digit: every integer becomes its decimal text, whatever its size, since Go writes
 * 64-bit ids as bare numbers and JSON.parse rounds what is above 2^53. (The JSON gateway writes text itself: read alike.)
 * Throws Failure, with the first line of the answer, where it is no JSON. `what`: "endpoint status".
 */
export const parseExactJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(withQuotedIntegers(text)) as unknown
  } catch (cause) {
    throw unreadable(what, text, cause)
  }
}

/** Strings are passed over as wholes: what looks like a number inside of one is none. */
const withQuotedIntegers = (json: string): string => {
  const pieces: string[] = []
  for (let at = 0; at < json.length;) {
    const found = json.indexOf('"', at)
    const open = found < 0 ? json.length : found
    const close = endOfString(json, open)
    pieces.push(json.slice(at, open).replace(NUMBER, quoted), json.slice(open, close))
    at = close
  }
  return pieces.join('')
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const quoted = (number: string): string => (/^-?\d+$/.test(number) ? `"${number}"` : number)

/** Behind the quote that closes the string that begins there; the end of the text where none does. */
const endOfString = (json: string, open: number): number => {
  for (let at = open + 1; at < json.length; at++) {
    if (json[at] === '"') return at + 1
    if (json[at] === '\\') at++
  }
  return json.length
}

/** An answer that is not what etcdctl is known to write; shows its first line. */
export const unreadable = (what: string, text: string, cause?: unknown): Failure => {
  const line = text.trim().split(/\r?\n/, 1)[0] ?? ''
  const shown = line.length > 200 ? `${line.slice(0, 200)}...` : line
  return new Failure({
    what: `cannot read the answer of etcdctl ${what}`,
    why: shown === '' ? 'it is empty' : `it begins with ${JSON.stringify(shown)}`,
    next: 'check that this etcdctl is the one of an etcd release',
    cause,
  })
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Objects of a list; Go writes null for an empty one, and leaves it out where it can. */
export const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : [])

/** An object field; empty where it is left out. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {})

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

/** A 64-bit id as etcd prints it: lower-case hex without leading zeros; empty for 0 and where it is left out. */
export const hexIdOf = (value: unknown): string => {
  if (!isInteger(value)) return ''
  const id = BigInt.asUintN(64, BigInt(value))
  return id === 0n ? '' : id.toString(16)
}

/** A 64-bit number as decimal text; "0" where it is left out. */
export const decimalOf = (value: unknown): string => (isInteger(value) ? value : '0')

/** A number that is known to be small enough to be exact (sizes in bytes); undefined where it is left out. */
export const numberOf = (value: unknown): number | undefined => (isInteger(value) ? Number(value) : undefined)

/** As many digits as 64 bits can have: more are no number of etcd's, and take their time as one. */
const isInteger = (value: unknown): value is string => typeof value === 'string' && /^-?\d{1,20}$/.test(value)
