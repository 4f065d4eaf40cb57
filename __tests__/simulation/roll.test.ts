import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scenarios } from './scenario.js'
import { simulate } from './simulate.js'

const ROLLS = 5_000
/** The same ones each time, so that a change that breaks a law is to blame; `script/simulate` tries new ones. */
const SEED = 20_261_123

describe('rolls in a simulated world', () => {
  it(`holds the laws in ${ROLLS} random scenarios`, async () => {
    const endings = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        const simulated = await simulate(scenario)
        for (const ending of simulated.endings) endings.set(ending, (endings.get(ending) ?? 0) + 1)
        expect(simulated.violations, simulated.story.join('\n')).toEqual([])
      }),
      { numRuns: ROLLS, seed: SEED },
    )
    console.log(`${ROLLS} scenarios, runs in them: ${JSON.stringify(Object.fromEntries(endings))}`)
    // Else the laws would hold for want of rolls, or of faults.
    for (const ending of ['rolled', 'stopped', 'cancelled', 'died']) {
      expect(endings.get(ending)).toBeGreaterThan(ROLLS / 50)
    }
  }, 300_000)
})
