import { checkSubject } from '../../pki/name.js'
import { bad, good, type Fault, type Parsed } from './parsed.js'

const EXAMPLE = 'C=CN,ST=HangZhou,L=XS,O=k8s,OU=System,CN=etcd'

/** `KEY=VALUE,...`; in a value, `\,` is a comma and `\\` a backslash. Pairs in the order they are written. */
export const parseSubject = (text: string): Parsed<readonly (readonly [string, string])[]> => {
  if (/\p{Cc}/u.test(text)) return bad(text, 'holds a line end or another control character', EXAMPLE)
  const pairs: (readonly [string, string])[] = []
  for (const part of splitUnescaped(text)) {
    if (/[;/+|]\s*[A-Za-z]{1,2}=/.test(part))
      return bad(part, 'holds more than one KEY=VALUE; commas separate them', EXAMPLE)
    const equals = part.indexOf('=')
    if (equals < 1) return bad(part, 'is no KEY=VALUE; a comma inside a value is written \\,', EXAMPLE)
    pairs.push([part.slice(0, equals).trim(), part.slice(equals + 1).trim()])
  }
  const faults: Fault[] = checkSubject(pairs).map((rule) => ({
    value: text,
    rule: `is no subject: ${rule}`,
    example: EXAMPLE,
  }))
  const commonNames = pairs.filter(([key]) => key === 'CN').length
  if (commonNames !== 1) {
    const rule = commonNames === 0 ? 'has no CN, by which etcd tells clients apart' : 'has more than one CN'
    faults.push({ value: text, rule, example: EXAMPLE })
  }
  return faults.length === 0 ? good(pairs) : { ok: false, faults }
}

/** Splits at commas that no backslash stands before, and takes the backslashes off. */
const splitUnescaped = (text: string): string[] => {
  const parts: string[] = []
  let part = ''
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === '\\' && index + 1 < text.length) part += text.charAt(++index)
    else if (character === ',') {
      parts.push(part)
      part = ''
    } else part += character
  }
  return [...parts, part]
}
