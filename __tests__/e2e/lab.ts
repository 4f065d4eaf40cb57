import { type Lab, labUp } from '../../lab/lab.js'

/** The oldest line that is supported, and one whose flags and answers are those of 3.5. */
export const OLD = '3.4.23'
export const VERSION = '3.5.30'
/** The newest line: had where upstream or Go is at hand. */
const NEWEST = '3.6.14'

/** The one lab all end-to-end tests share: five hosts, blank or not. */
export const e2eLab = (): Promise<Lab> =>
  labUp(process.env['E2E_LAB'] ?? 'e2e', 5, [OLD, '3.5.16', VERSION, `${NEWEST}?`])

/** The newest release that the lab's mirror has on this machine. */
export const newestIn = (lab: Lab): string => (lab.mirror.archives[NEWEST] === undefined ? VERSION : NEWEST)
