import { bad, good, type Parser } from './parsed.js'

/** A whole number within bounds, both included. */
export const integer =
  (least: number, most: number, example: string): Parser<number> =>
  (text) =>
    /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most
      ? good(Number(text))
      : bad(text, `is not a whole number from ${least} to ${most}`, example)
