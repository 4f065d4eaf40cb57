import { bad, good, type Parsed } from './parsed.js'

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
