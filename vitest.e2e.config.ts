import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { WORKERS } from './__tests__/e2e/global-setup.js'

/** Files that take minutes, the longest first: one of them begun last would be waited for by an idle worker. */
const LONG = [
  'roll-kill',
  'renewal',
  'roll-cannot-start',
  'roll-kill-signals',
  'roll-cut',
  'health-diverged',
  'environment',
  'roll-disturbed',
  'upgrade-path',
  'version-left-out',
  'roll-five',
  'roll-good',
  'lost-disks',
  'found',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
      return place < 0 ? LONG.length : place
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

/** End-to-end: the built bundle against real hosts from lab/. Needs root (script/test asks for sudo). */
export default defineConfig({
  test: {
    include: ['__tests__/e2e/**/*.test.ts'],
    globalSetup: ['__tests__/e2e/global-setup.ts'],
    // One lab a worker; with a lab of your own (E2E_LAB) one file after the other.
    maxWorkers: process.env['E2E_LAB'] === undefined ? WORKERS : 1,
    sequence: { sequencer: LongestFirst },
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
})
