import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { labNames, RELEASES } from './lab.js'

const LAB = resolve(import.meta.dirname, '../../lab/lab')

/** Side by side: most tests wait for something most of the time, and the machine may have two cores. */
export const WORKERS = 3

/** Fetches all that the labs need before the first test, so that no test's time is spent on it. */
export const setup = (): void => {
  execFileSync(LAB, ['setup', '--versions', RELEASES.join(' ')], { stdio: 'inherit' })
}

/** Takes all labs down again, unless somebody works with one of their own. */
export const teardown = (): void => {
  if (process.env['E2E_LAB'] !== undefined) return
  for (const name of labNames(WORKERS)) execFileSync(LAB, ['--lab', name, 'down'], { stdio: 'inherit' })
}
