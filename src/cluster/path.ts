import { withoutTail } from '../trim.js'

/** A path, or a URL, without the slashes at its end. */
export const withoutEndingSlashes = (path: string): string => withoutTail(path, /\//)
