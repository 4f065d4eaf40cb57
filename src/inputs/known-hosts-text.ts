import { parseKnownHosts } from '../ssh/known-hosts.js'
import { withoutEnds } from '../trim.js'
import { layersOf } from './unwrap.js'

/**
 * known_hosts lines as they were before a tool escaped, quoted or encoded the whole of them (see `layersOf`), or joined them. A text
 * that can be read as it is stays as it is, so that no line of it is taken for two; one that cannot be read either way does as well.
 */
export const cleanKnownHosts = (given: string): string => {
  if (isReadable(given) && !joined(given)) return given
  const inside = layersOf(given, hasKeys).at(-1) ?? given
  const lines = separate(withoutEnds(inside, /[\s"'\ufeff]/))
  return isReadable(lines) ? lines : given
}

const KEY = /(?:^|\s)(?:ssh-|ecdsa-sha2-|sk-)[\w@.-]{1,60}\s{1,8}AAAA/

const hasKeys = (text: string): boolean => KEY.test(text)

const isReadable = (text: string): boolean => {
  const { entries, problems } = parseKnownHosts(text)
  return entries.length > 0 && problems.length === 0 && !/^["']/.test(text.trim())
}

/** Several keys on the one line there is. Markers would lose what they belong to, and comments say what they like. */
const joined = (text: string): boolean =>
  !/[\n\r@#]/.test(text.trim()) && (text.match(new RegExp(KEY, 'g')) ?? []).length > 1

const separate = (text: string): string =>
  joined(text)
    ? text
        .trim()
        .replace(/[ \t]+/g, ' ')
        .replace(/ (?=\S+ (?:ssh-|ecdsa-sha2-|sk-)[\w@.-]{1,60} AAAA)/g, '\n')
    : text
