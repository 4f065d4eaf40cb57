/** An etcd release: X.Y.Z, no pre-releases. */
export interface Version {
  readonly major: number
  readonly minor: number
  readonly patch: number
}

/** Reads `3.6.14` or `v3.6.14`; undefined where the text is no release version. */
export const parseVersion = (text: string): Version | undefined => {
  const match = /^v?(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/.exec(text)
  if (!match) return undefined
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) }
}

export const formatVersion = ({ major, minor, patch }: Version): string => `${major}.${minor}.${patch}`

/** `3.6` of `3.6.14`; empty where the text is no release version. */
export const minorOf = (text: string): string => {
  const version = parseVersion(text)
  return version ? `${version.major}.${version.minor}` : ''
}

/** Negative: `a` is older than `b`; zero: the same; positive: newer. */
export const compareVersions = (a: Version, b: Version): number =>
  a.major - b.major || a.minor - b.minor || a.patch - b.patch

/** The oldest of several version texts; texts that are no versions only count where there is nothing else. */
export const lowestVersion = (texts: readonly string[]): string => {
  const versions = texts.map(parseVersion).filter((version) => version !== undefined)
  const lowest = versions.sort(compareVersions)[0]
  return lowest ? formatVersion(lowest) : (texts.find((text) => text !== '') ?? '')
}
