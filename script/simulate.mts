import fc from 'fast-check'
import { scenarios, type Scenario } from '../__tests__/simulation/scenario.js'
import { simulate } from '../__tests__/simulation/simulate.js'

const [first = '100000', ...rest] = process.argv.slice(2)
const count = Number(first)
if (!Number.isInteger(count) || count < 1) throw new Error('usage: script/simulate [COUNT] [--seed N]')
const seed = rest[0] === '--seed' ? Number(rest[1]) : Date.now() & 0x7fffffff

const start = performance.now()
const endings = new Map<string, number>()
let played = 0
const details = await fc.check(
  fc.asyncProperty(scenarios, async (scenario: Scenario) => {
    const simulated = await simulate(scenario)
    for (const ending of simulated.endings) endings.set(ending, (endings.get(ending) ?? 0) + 1)
    if (++played % 10_000 === 0) console.log(`${played} scenarios`)
    if (simulated.violations.length === 0) return
    throw new Error([...simulated.violations, 'what happened:', ...simulated.story].join('\n'))
  }),
  { numRuns: count, seed },
)
const seconds = ((performance.now() - start) / 1000).toFixed(1)
const runs = [...endings].map(([ending, times]) => `${times} ${ending}`).join(', ')
if (details.failed) {
  console.error(fc.defaultReportMessage(details))
  if (details.errorInstance instanceof Error) console.error(details.errorInstance.message)
  process.exitCode = 1
}
console.log(`${details.numRuns} scenarios in ${seconds} s, seed ${seed}; runs in them: ${runs}`)
