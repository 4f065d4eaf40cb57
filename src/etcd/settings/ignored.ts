import { unknownFlags } from '../upgrade/flags.js'
import { flagOf } from './names.js'

/**
 * Why a release takes no notice of a variable but for a warning in its journal; undefined where it does. As a flag it would keep etcd from
 * starting; in the environment it is gone without a sound, and with it what it protected from.
 */
export const ignoredBy = (version: string, name: string, value: string): string | undefined => {
  const flag = flagOf(name)
  const [gone] = flag === undefined ? [] : unknownFlags(version, [{ name: flag, value }])
  return gone?.replace(/^does not know --\S+ \((.*?)\): /, '$1: ')
}
