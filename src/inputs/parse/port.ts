import { bad, good, type Parser } from './parsed.js'

/** A TCP port: digits, 1 to 65535. */
export const portLike =
  (example: string): Parser<number> =>
  (text) =>
    /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535
      ? good(Number(text))
      : bad(text, 'is not a port, a whole number from 1 to 65535', example)
