import { bad, good, type Parsed } from './parsed.js'

const EXAMPLE = `${'0123456789abcdef'.repeat(4)}`

/** A SHA-256 as `sha256sum` prints it, `sha256:` in front allowed. Gives lower-case hexadecimal. */
export const parseSha256 = (text: string): Parsed<string> => {
  const hex = text.replace(/^sha256:/i, '')
  return /^[0-9a-f]{64}$/i.test(hex)
    ? good(hex.toLowerCase())
    : bad(text, 'is no SHA-256: 64 hexadecimal digits', EXAMPLE)
}
