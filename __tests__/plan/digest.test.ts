import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Desired } from '../../src/cluster/desired.js'
import type { Observed } from '../../src/cluster/observed.js'
import { planChange } from '../../src/plan/change/change.js'
import { planDigest } from '../../src/plan/digest.js'
import { makePlan } from '../../src/plan/make-plan.js'
import { changed, cluster, down, running, service, shortly, statuses, unit } from './change/worlds.js'
import * as w from './world.js'

const digestOf = (observed: Observed, desired: Desired = w.desired, now = w.now): string =>
  planDigest(planChange(desired, observed, { now }), desired)

const WORLDS: readonly [name: string, world: Observed][] = [
  ['nothing', changed({})],
  ['a version', running('3.6.13', '3.6.13', '3.6.13')],
  ['another version', running('3.6.12', '3.6.12', '3.6.12')],
  ['a version, half way', running('3.6.14', '3.6.13', '3.6.13')],
  ['a unit', changed({ 0: unit('RestartSec=15', 'RestartSec=1') })],
  ['the same unit otherwise', changed({ 0: unit('RestartSec=15', 'RestartSec=2') })],
  ['the unit of another', changed({ 1: unit('RestartSec=15', 'RestartSec=1') })],
  ['a certificate', changed({ 0: () => ({ certificate: undefined }) })],
  ['the certificate of another', changed({ 1: () => ({ certificate: undefined }) })],
  ['a mode', changed({ 0: service({ unitFileState: 'disabled' }) })],
  ['a member down', changed({ 0: down })],
  ['another cluster', changed({}, { cluster: { ...cluster, clusterId: 'ff' } })],
]

describe('the digest of a plan', () => {
  it('is 64 hexadecimal digits, and another one for each plan', () => {
    const digests = WORLDS.map(([, world]) => digestOf(world))
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set(digests).size).toBe(WORLDS.length)
  })

  it('changes if and only if what is done changes', () => {
    const essence = (observed: Observed) => {
      const plan = planChange(w.desired, observed, { now: w.now })
      return JSON.stringify([plan.steps.map(shortly), plan.files, plan.upgrade, plan.clusterId])
    }
    // Twice, from two looks at the same world.
    const seen = [...WORLDS, ...WORLDS].map(([, world]) => ({
      digest: digestOf(world),
      essence: essence(world),
    }))
    fc.assert(
      fc.property(fc.constantFrom(...seen), fc.constantFrom(...seen), (a, b) => {
        expect(a.digest === b.digest).toBe(a.essence === b.essence)
      }),
    )
  })

  it('does not depend on who leads, on the time, or on what does not matter on the hosts', () => {
    const world = (leader: number, restarts: number): Observed => {
      const versions = ['3.6.13', '3.6.13', '3.6.13']
      const base = running(...versions)
      return {
        ...base,
        hosts: base.hosts.map((host) => ({
          ...host,
          clockSkewMs: restarts,
          service: { ...host.service, restarts },
        })),
        cluster: { ...cluster, statuses: statuses(leader, versions) },
      }
    }
    const first = digestOf(world(0, 0))
    fc.assert(
      fc.property(fc.nat(2), fc.nat(999), fc.nat(86_400_000), (leader, restarts, ms) => {
        expect(digestOf(world(leader, restarts), w.desired, new Date(w.now.getTime() + ms))).toBe(first)
      }),
      { numRuns: 20 },
    )
  })

  it('stays while a certificate comes nearer to its end', () => {
    const desired = {
      ...w.desired,
      certificates: { ...w.desired.certificates, renewBeforeMs: 3700 * 86_400_000 },
    }
    const near = { ...desired, certificates: { ...desired.certificates, days: 10_000 } }
    const at = (days: number) =>
      digestOf(
        changed({ 0: () => ({ certificate: undefined }) }),
        near,
        new Date(w.now.getTime() + days * 86_400_000),
      )
    expect(at(0)).toBe(at(3))
  })

  it('changes with what is asked for', () => {
    const world = running('3.6.13')
    const digests = [
      w.desired,
      { ...w.desired, release: { ...w.desired.release, version: '3.6.12' } },
      { ...w.desired, etcd: { ...w.desired.etcd, args: [{ name: 'pre-vote', value: 'true' }] } },
      { ...w.desired, snapshot: { ...w.desired.snapshot, when: 'never' as const } },
    ].map((desired) => digestOf(world, desired))
    expect(new Set(digests).size).toBe(digests.length)
  })

  it('is there for a bootstrap, and empty for what may not be done', () => {
    const plan = makePlan(w.desired, w.freshWorld, { now: w.now })
    expect(planDigest(plan, w.desired)).toMatch(/^[0-9a-f]{64}$/)
    expect(digestOf(running('3.5.16'))).toBe('')
  })
})
