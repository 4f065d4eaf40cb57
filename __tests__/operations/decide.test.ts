import { describe, expect, it } from 'vitest'
import type { Desired } from '../../src/cluster/desired.js'
import type { Observed } from '../../src/cluster/observed.js'
import { decide } from '../../src/operations/decide.js'
import type { Run } from '../../src/operations/run.js'
import * as w from '../plan/world.js'

const runOf = (change: Partial<Desired> = {}) => {
  const lines: string[] = []
  const run = {
    ci: { info: (line: string) => void lines.push(line), notice: () => {} },
    inputs: { desired: { ...w.desired, ...change } },
    progress: { plan: undefined, planDigest: undefined },
    startedAt: w.now,
  } as unknown as Run
  return { run, lines }
}
const digestOf = (observed: Observed, change: Partial<Desired> = {}): string => {
  const { run } = runOf(change)
  decide(run, observed)
  return run.progress.planDigest ?? ''
}

describe('decide', () => {
  it('keeps and prints the plan with its digest', () => {
    const { run, lines } = runOf({ operation: 'plan' })
    expect(decide(run, w.freshWorld).plan.kind).toBe('bootstrap')
    expect(run.progress.plan?.kind).toBe('bootstrap')
    expect(run.progress.planDigest).toMatch(/^[0-9a-f]{64}$/)
    expect(lines.at(-1)).toBe(`plan digest: ${run.progress.planDigest}`)
  })

  it('gives plan and deploy the same digest', () => {
    expect(digestOf(w.freshWorld, { operation: 'plan' })).toBe(digestOf(w.freshWorld))
  })

  it('lets a deploy through whose plan is the expected one', () => {
    const expectPlan = digestOf(w.freshWorld)
    expect(digestOf(w.freshWorld, { expectPlan })).toBe(expectPlan)
  })

  it('refuses a deploy whose plan is another one, with both digests', () => {
    const expectPlan = digestOf(w.freshWorld)
    const { run } = runOf({ expectPlan })
    expect(() => decide(run, w.convergedWorld)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(
          new RegExp(`this plan has the digest [0-9a-f]{64}, expect-plan is ${expectPlan}`),
        ),
      }),
    )
    expect(run.progress.planDigest).not.toBe(expectPlan)
  })

  it('fails where nothing may be done', () => {
    const { run } = runOf()
    const broken = w.world(w.hostsOf(w.runningHost, w.bareHost, w.runningHost), { cluster: w.cluster })
    expect(() => decide(run, broken)).toThrow()
    expect(run.progress).toMatchObject({ plan: { kind: 'blocked' }, planDigest: undefined })
  })
})
