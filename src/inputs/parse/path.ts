import { withoutEndingSlashes } from '../../cluster/path.js'
import { bad, good, type Parsed } from './parsed.js'

const EXAMPLE = '/var/lib/etcd'

/**
 * An absolute directory path in its normal form, without trailing slash. Only characters that mean nothing to systemd
 * (`%` specifiers, `$` variables, quotes, blanks in a unit) and to a shell.
 */
export const parseDirectory = (text: string): Parsed<string> => {
  if (!text.startsWith('/')) return bad(text, 'is not an absolute path: it has to begin with /', EXAMPLE)
  const path = withoutEndingSlashes(text)
  if (path === '') return bad(text, 'is the root of the file system, which cannot be meant', EXAMPLE)
  if (path.includes('%')) return bad(text, 'holds a %, which systemd would expand', EXAMPLE)
  if (/\s/.test(path)) return bad(text, 'holds a blank', EXAMPLE)
  if (!/^[A-Za-z0-9._+@/-]+$/.test(path)) {
    return bad(text, 'holds a character other than letters, digits and . _ + @ -', EXAMPLE)
  }
  const parts = path.slice(1).split('/')
  if (parts.includes('..') || parts.includes('.')) {
    return bad(text, 'holds a . or .. part; write the path it leads to', EXAMPLE)
  }
  if (parts.includes('')) return bad(text, 'holds two slashes in a row', EXAMPLE)
  return good(path)
}

/** Is `path` the directory itself or below it? Both absolute and normal. */
export const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(`${directory}/`)
