import { describe, expect, it } from 'vitest'
import type { Desired } from '../../src/cluster/desired.js'
import type { Observed } from '../../src/cluster/observed.js'
import { decide } from '../../src/operations/decide.js'
import type { Run } from '../../src/run/run.js'
import { bootstrapMarker } from '../../src/plan/marker.js'
import { withToken } from '../../src/plan/token-meant.js'
import { running } from '../plan/change/worlds.js'
import * as w from '../plan/world.js'

const LEFT_OUT = {
  release: { ...w.desired.release, version: '' },
  etcd: withToken(w.desired, '').etcd,
}

const runOf = (change: Partial<Desired> = {}) => {
  const lines: string[] = []
  const warnings: string[] = []
  const run = {
    ci: {
      info: (line: string) => void lines.push(line),
      notice: () => {},
      warning: (line: string) => void warnings.push(line),
    },
    inputs: { desired: { ...w.desired, ...change } },
    progress: { plan: undefined, planDigest: undefined },
    startedAt: w.now,
  } as unknown as Run
  return { run, lines, warnings }
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

describe('decide, where version and cluster-token are left out', () => {
  it('gives each bootstrap a token of its own, and every plan of it the same digest', () => {
    const decided = [1, 2].map(() => {
      const { run } = runOf(LEFT_OUT)
      return { token: decide(run, w.freshWorld).desired.etcd.clusterToken, of: run.progress }
    })
    for (const { token, of } of decided) {
      expect(token).toMatch(/^[0-9a-f]{32}$/)
      expect(JSON.stringify(of)).not.toContain(token)
    }
    expect(decided[1]?.token).not.toBe(decided[0]?.token)
    expect(decided[1]?.of.planDigest).toBe(decided[0]?.of.planDigest)
    expect(digestOf(w.freshWorld, { ...LEFT_OUT, expectPlan: decided[0]?.of.planDigest ?? '' })).not.toBe('')
  })

  it('keeps the digest of a bootstrap of which nothing was done yet but its notes', () => {
    const note = (clusterToken: string) => bootstrapMarker(withToken(w.desired, clusterToken))
    const noted = w.but(w.bareHost, { bootstrapMarker: note('begun') })
    const { run } = runOf(LEFT_OUT)
    expect(decide(run, w.world(w.hostsOf(noted, noted, noted))).desired.etcd.clusterToken).toBe('begun')
    expect(run.progress.planDigest).toBe(digestOf(w.freshWorld, LEFT_OUT))
  })

  it('tells a digest of one release from that of another', () => {
    const asked = { ...LEFT_OUT, release: { ...w.desired.release, version: '3.5.33' } }
    expect(digestOf(w.freshWorld, asked)).not.toBe(digestOf(w.freshWorld, LEFT_OUT))
  })

  it('says which release it is, and what that one lacks, as the inputs do of one that is given', () => {
    const old = runOf(LEFT_OUT)
    const { plan, desired } = decide(old.run, running('3.5.30', '3.5.30', '3.5.30'))
    expect(plan.kind).toBe('none')
    expect(desired.release).toMatchObject({ version: '3.5.30', kept: true })
    expect(old.lines[0]).toBe('version is left out: etcd 3.5.30 stays, as every member runs it')
    expect(old.warnings).toEqual([expect.stringMatching(/^etcd 3\.5\.30 lacks fixes/)])
    const given = runOf({ release: { ...w.desired.release, version: '3.5.30' } })
    decide(given.run, running('3.5.30', '3.5.30', '3.5.30'))
    expect(given.warnings).toEqual([])
  })
})
