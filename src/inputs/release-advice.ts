import { compareVersions, parseVersion } from '../cluster/version.js'
import { SOUND } from '../etcd/upgrade/rules.js'

/** What to know before running a release that has something against it; undefined where there is nothing. */
export const adviceOn = (text: string): string | undefined => {
  const version = parseVersion(text)
  if (version === undefined) return undefined
  const minor = `${version.major}.${version.minor}`
  // etcd issue 13766: a crash may leave members with different data.
  if (minor === '3.5' && version.patch <= 2) {
    return `etcd ${text} can corrupt its data when it crashes (etcd issue 13766); use ${SOUND['3.5']} or later`
  }
  if (minor === '3.4') {
    return 'etcd 3.4 is at its end of life and gets no more security fixes; 3.5 and later do'
  }
  const sound = parseVersion(SOUND[minor] ?? '')
  return sound !== undefined && compareVersions(version, sound) < 0
    ? `etcd ${text} lacks fixes for security and data safety that ${SOUND[minor]} has; use that or later`
    : undefined
}
