import { bad, good, type Parsed, type Parser } from './parsed.js'

/** The words YAML 1.2 (core schema) has for booleans, as GitHub's getBooleanInput reads them. */
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
}

export const parseBoolean = (text: string): Parsed<boolean> => {
  const value = Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined
  return value === undefined ? bad(text, 'is neither true nor false', 'true') : good(value)
}

/** One of the words of a closed list. */
export const oneOf =
  <const Words extends readonly [string, ...string[]]>(words: Words): Parser<Words[number]> =>
  (text) => {
    const word = words.find((one) => one === text)
    return word === undefined ? bad(text, `is not one of ${words.join(', ')}`, words[0]) : good(word)
  }

/** A whole number within bounds, both included. */
export const integer =
  (least: number, most: number, example: string): Parser<number> =>
  (text) =>
    /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most
      ? good(Number(text))
      : bad(text, `is not a whole number from ${least} to ${most}`, example)

/** A TCP port: digits, 1 to 65535. */
export const portLike =
  (example: string): Parser<number> =>
  (text) =>
    /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535
      ? good(Number(text))
      : bad(text, 'is not a port, a whole number from 1 to 65535', example)

/** A SHA-256 as `sha256sum` prints it, `sha256:` in front allowed. Gives lower-case hexadecimal. */
export const parseSha256 = (text: string): Parsed<string> => {
  const hex = text.replace(/^sha256:/i, '')
  return /^[0-9a-f]{64}$/i.test(hex)
    ? good(hex.toLowerCase())
    : bad(text, 'is no SHA-256: 64 hexadecimal digits', '0123456789abcdef'.repeat(4))
}

/** A cluster id in hexadecimal; gives it as etcd prints it, lower case without leading zeros. */
export const parseClusterId = (text: string): Parsed<string> => {
  const digits = text.replace(/^0x/i, '').toLowerCase()
  const id = digits.replace(/^0+/, '')
  return /^[0-9a-f]{1,16}$/.test(digits) && id !== ''
    ? good(id)
    : bad(
        text,
        'is no cluster id: 1 to 16 hexadecimal digits, as the output cluster-id gives it',
        'cdf818194e3a8c32',
      )
}
