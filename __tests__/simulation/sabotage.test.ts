import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ROLL_RULES, roll } from '../../src/apply/roll/roll.js'
import { PASSED } from '../../src/apply/engine/judge-member.js'
import { nextMember } from '../../src/apply/engine/order.js'
import type { RollTask } from '../../src/apply/engine/port.js'
import { RollFailure } from '../../src/apply/engine/stop.js'
import { leaderOf } from '../../src/apply/engine/view.js'
import { scenarios, unguarded, type Scenario } from './scenario.js'
import { simulate, type Engine } from './simulate.js'

/** Every member passes, whatever it is. */
const withoutGate: Engine = (task, policy, world, signal) =>
  roll(task, policy, world, signal, {
    ...ROLL_RULES,
    judgeMember: () => PASSED,
    judgeCluster: () => PASSED,
  })

const leaderFirst: Engine = (task, policy, world, signal) =>
  roll(task, policy, world, signal, {
    ...ROLL_RULES,
    nextMember: (view, asked, done, sick) => {
      const next = nextMember(view, asked, done, sick)
      const leader = leaderOf(view)?.name
      const waits = asked.members.some(({ name, roll }) => roll && name === leader && !done.includes(name))
      return next.kind === 'next' && waits && leader !== undefined ? { ...next, member: leader } : next
    },
  })

/** Goes on with the members that are left when one has failed, as if it were as asked. */
const withoutStop: Engine = async (task, policy, world, signal) => {
  try {
    return await roll(task, policy, world, signal)
  } catch (error) {
    const failed = error instanceof RollFailure && !error.cancelled ? error.result.reverted : undefined
    if (failed === undefined) throw error
    const view = await world.look()
    const members: RollTask['members'] = task.members.map((member) => {
      const version = view.members.find(({ name }) => name === member.name)?.status?.version
      return member.name === failed ? { ...member, roll: false, version: version ?? member.version } : member
    })
    return withoutStop({ ...task, members }, policy, world, signal)
  }
}

/** Takes every member for one that has been up in the life of the cluster that answers. */
const intoAnyLife: Engine = (task, policy, world, signal) =>
  roll(task, policy, world, signal, {
    ...ROLL_RULES,
    judgeCluster: (view, want) => {
      const listed = view.listed?.map((row) => ({ ...row, clientUrls: ['https://somewhere:2379'] }))
      return ROLL_RULES.judgeCluster({ ...view, listed }, want)
    },
  })

/** How many scenarios it took to catch it breaking this law; undefined: it was not caught. */
const catching = async (
  engine: Engine,
  law: RegExp,
  among: fc.Arbitrary<Scenario> = scenarios,
): Promise<{ after: number; violations: readonly string[] } | undefined> => {
  let caught: readonly string[] = []
  const details = await fc.check(
    fc.asyncProperty(among, async (scenario) => {
      const { violations } = await simulate(scenario, engine)
      const broken = violations.filter((violation) => law.test(violation))
      if (broken.length > 0) caught = broken
      return broken.length === 0
    }),
    { numRuns: WITHIN, endOnFailure: true },
  )
  return details.failed ? { after: details.numRuns, violations: caught } : undefined
}

const WITHIN = 500

describe('the simulation catches an engine that breaks a law', () => {
  it.each([
    { name: 'no gate', engine: withoutGate, law: /law [1238]/ },
    { name: 'the leader first', engine: leaderFirst, law: /the leader etcd-\d was not rolled last/ },
    { name: 'no stop on failure', engine: withoutStop, law: /law 3/ },
  ])(
    `$name, within ${WITHIN} scenarios`,
    async ({ name, engine, law }) => {
      const caught = await catching(engine, law)
      console.log(`${name}: caught after ${caught?.after} scenarios: ${caught?.violations[0]}`)
      expect(caught).toBeDefined()
    },
    120_000,
  )
})

const FOUNDED_ANEW = /law 1: \S+ leads a cluster founded anew/
const INTO_ANOTHER = /law 1: \S+ was started with its data into a cluster that was founded anew/

describe('where units have no guard and disks are exchanged', () => {
  it('the simulation catches the writes that go when a quorum founds an empty cluster', async () => {
    const caught = await catching(roll, FOUNDED_ANEW, unguarded)
    console.log(`no guard: caught after ${caught?.after} scenarios: ${caught?.violations[0]}`)
    expect(caught).toBeDefined()
  }, 120_000)

  it('it catches an engine that starts the survivor into that cluster', async () => {
    const caught = await catching(intoAnyLife, INTO_ANOTHER, unguarded)
    console.log(`into any life: caught after ${caught?.after} scenarios: ${caught?.violations[0]}`)
    expect(caught).toBeDefined()
  }, 120_000)

  it('the engine never does', async () => {
    expect(await catching(roll, INTO_ANOTHER, unguarded)).toBeUndefined()
  }, 120_000)
})
