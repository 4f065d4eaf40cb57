import { compareVersions, parseVersion, type Version, minorOf } from '../../cluster/version.js'
import { HOPS, SOUND } from './rules.js'

/**
 * Releases that lead from one to another, both included, each step of which is allowed: first within the minor to where the
 * next one may be reached from, then one minor after the other. Empty where no rule leads there, or it leads back.
 */
export const pathBetween = (from: string, to: string): readonly string[] => {
  const path = [from]
  for (let at = from; minorOf(at) !== minorOf(to); at = path.at(-1) ?? to) {
    const hop = HOPS.find((candidate) => candidate.from === minorOf(at))
    if (hop === undefined || isAfter(at, to)) return []
    if (isAfter(hop.advised, at)) path.push(SOUND[hop.from] ?? hop.advised)
    if (hop.to !== minorOf(to)) path.push(SOUND[hop.to] ?? hop.landing)
    else path.push(isAfter(hop.landing, to) ? (SOUND[hop.to] ?? hop.landing) : to)
  }
  if (path.at(-1) !== to && minorOf(path.at(-1) ?? '') === minorOf(to) && path.length === 1) path.push(to)
  return path
}

const isAfter = (a: string, b: string): boolean => compareVersions(version(a), version(b)) > 0

/** What is no release version comes before every release. */
const version = (text: string): Version => parseVersion(text) ?? { major: 0, minor: 0, patch: 0 }
