import { unknownTo } from '../upgrade/flags.js'
import { flagOf } from './names.js'

/**
 * Why a release takes no notice of a variable but for a warning in its journal; undefined where it does. As a flag it would keep etcd from
 * starting; in the environment it is gone without a sound, and with it what it protected from.
 */
export const ignoredBy = (version: string, name: string, value: string): string | undefined => {
  const flag = flagOf(name)
  const unknown = flag === undefined ? undefined : unknownTo(version, { name: flag, value })
  if (unknown === undefined) return undefined
  const { flag: said, why, use } = unknown
  return use === '' ? `does not know ${said} yet (${why})` : `${why}: ${use}`
}
