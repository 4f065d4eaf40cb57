import { formatVersion, parseVersion as readVersion } from '../../cluster/version.js'
import { bad, good, type Parsed } from './parsed.js'

const EXAMPLE = '3.6.14'

/** `3.6.14` or `v3.6.14`, from 3.4.0 on, within etcd 3. Gives X.Y.Z. */
export const parseVersion = (text: string): Parsed<string> => {
  const version = readVersion(text)
  if (version === undefined) {
    return /^v?\d+\.\d+\.\d+[-+]/.test(text)
      ? bad(text, 'is a pre-release or a build of its own; only releases X.Y.Z are deployed', EXAMPLE)
      : bad(text, 'is not a version: three numbers X.Y.Z, with or without a v in front', EXAMPLE)
  }
  const { major, minor } = version
  if (major < 3 || (major === 3 && minor < 4))
    return bad(text, 'is too old: 3.4.0 or later is needed', EXAMPLE)
  if (major > 3) return bad(text, 'is unknown: this action knows etcd 3', EXAMPLE)
  return good(formatVersion(version))
}
