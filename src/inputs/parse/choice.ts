import { bad, good, type Parser } from './parsed.js'

/** One of the words of a closed list. */
export const oneOf =
  <const Words extends readonly [string, ...string[]]>(words: Words): Parser<Words[number]> =>
  (text) => {
    const word = words.find((one) => one === text)
    return word === undefined ? bad(text, `is not one of ${words.join(', ')}`, words[0]) : good(word)
  }
