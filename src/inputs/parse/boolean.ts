import { bad, good, type Parsed } from './parsed.js'

/** The words YAML 1.2 (core schema) has for booleans, as GitHub's getBooleanInput reads them. */
const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
}

export const parseBoolean = (text: string): Parsed<boolean> => {
  const value = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined
  return value === undefined ? bad(text, 'is neither true nor false', 'true') : good(value)
}
