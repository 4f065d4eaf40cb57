import { type Lab, labUp } from '../../lab/lab.js'

/** The oldest line that is supported, and one whose flags and answers are those of 3.5. */
export const OLD = '3.4.23'
export const VERSION = '3.5.30'
/** The last release of its line; had where upstream or Go is at hand, as are the two after it. */
export const SOUND = '3.5.33'
/** The newest release that VERSION may be upgraded to. */
const NEWEST = '3.6.14'
/** The lines of today, each a minor after the one before. */
export const LATEST = [SOUND, NEWEST, '3.7.1'] as const

/** What the mirror is to hold; with `?` where this machine can have it. */
export const RELEASES = [OLD, '3.5.16', VERSION, ...LATEST.map((version) => `${version}?`)] as const

/** A lab for each worker, so that files can run side by side. */
const nameOf = (worker: string): string => process.env['E2E_LAB'] ?? `e2e-${worker}`

/** Every lab that a run may have brought up. */
export const labNames = (workers: number): readonly string[] => [
  ...new Set(Array.from({ length: workers }, (_, index) => nameOf(String(index + 1)))),
]

/** The one lab that all end-to-end tests of a worker share: five hosts, blank or not. */
export const e2eLab = (): Promise<Lab> => labUp(nameOf(process.env['VITEST_POOL_ID'] ?? '1'), 5, RELEASES)

/** The newest release after VERSION that the lab's mirror has on this machine. */
export const newestIn = (lab: Lab): string => (missingIn(lab, [NEWEST]).length > 0 ? VERSION : NEWEST)

/** Those of `versions` that the lab's mirror does not have on this machine. */
export const missingIn = (lab: Lab, versions: readonly string[]): readonly string[] =>
  versions.filter((version) => lab.mirror.archives[version] === undefined)
