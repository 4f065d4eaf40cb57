import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { labUp } from '../../lab/lab.js'
import { e2eLab, RELEASES } from './lab.js'
import { tryAll } from './roll-kill-all.js'
import { changes, killPoints, oneOfEachKind, pointName } from './roll-kill-points.js'
import { makeVictims, type Victims } from './roll-kill.js'

/** Set by `script/kill-points`: which points to try; not set: one of each kind of change. */
const FILTER = process.env['E2E_KILL_POINTS']
const CLUSTERS = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
]

describe('a roll whose runner is killed leaves hosts that heal, and the next run converges', () => {
  let clusters: readonly Victims[]

  beforeAll(async () => {
    const lab = FILTER === undefined ? await e2eLab() : await labUp('kill', 9, RELEASES)
    const numbers = FILTER === undefined ? CLUSTERS.slice(0, 1) : CLUSTERS
    clusters = await Promise.all(numbers.map((hosts) => makeVictims(lab, hosts)))
  })
  afterAll(async () => {
    await Promise.all((clusters ?? []).map((victims) => victims.close()))
  })

  test.skipIf(FILTER !== undefined)('inside a change of any kind', { timeout: 2_400_000 }, async () => {
    const all = killPoints(await clusters[0]!.record())
    const chosen = oneOfEachKind(all.filter(changes))
    const bad: string[] = []
    for (const point of chosen) {
      const { healedAfterS, problems } = await clusters[0]!.kill(point)
      const healed = healedAfterS === undefined ? '' : `, healed after ${healedAfterS.toFixed(1)} s`
      console.log(`${pointName(point)}${healed}`)
      bad.push(...problems.map((problem) => `${pointName(point)}: ${problem}`))
    }
    console.log(`${chosen.length} of ${all.length} points`)
    expect(bad).toEqual([])
    expect(chosen.length).toBeGreaterThan(8)
  })

  test.runIf(FILTER !== undefined)('at every point', { timeout: 24 * 3600_000 }, async () => {
    const bad = await tryAll({
      clusters,
      filter: new RegExp(FILTER ?? ''),
      resultsFile: process.env['E2E_KILL_RESULTS'] ?? '',
      minutes: Number(process.env['E2E_KILL_MINUTES']),
      say: (line) => process.stdout.write(`${line}\n`),
    })
    expect(bad).toEqual([])
  })
})
