import { compareVersions, minorOf, parseVersion } from '../cluster/version.js'
import table from './flag-table.json'

/** Of each flag, without dashes: by minor, the first release that was asked and has it. Made by script/flag-table.ts. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = table.flags

/** Every flag of every release that was asked. */
export const TABLED_FLAGS: readonly string[] = Object.keys(FLAGS)

/** The releases whose etcd was asked for its flags. */
export const TABLED_RELEASES: readonly string[] = table.releases

/**
 * Why a release has no such flag, as a clause ("is no flag of etcd 3.5 (it is one of 3.6, 3.7)"); undefined where it has it, or that is
 * not known: a release that is newer than all of its minor that were asked may have it, as patches add flags and never take one away.
 */
export const whyNoFlag = (version: string, name: string): string | undefined => {
  const minor = minorOf(version)
  const asked = TABLED_RELEASES.filter((release) => minorOf(release) === minor)
  const since: Readonly<Record<string, string>> = Object.hasOwn(FLAGS, name) ? (FLAGS[name] ?? {}) : {}
  if (since[minor] !== undefined || !asked.some((release) => !isBefore(release, version))) return undefined
  const minors = Object.keys(since)
  return minors.length === 0
    ? `is no flag of etcd ${minor}, nor of any other minor that this action knows`
    : `is no flag of etcd ${minor} (it is one of ${minors.join(', ')})`
}

const isBefore = (one: string, other: string): boolean => {
  const [a, b] = [parseVersion(one), parseVersion(other)]
  return a !== undefined && b !== undefined && compareVersions(a, b) < 0
}
