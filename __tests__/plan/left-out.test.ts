import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Desired } from '../../src/cluster/desired.js'
import type { BinaryFact, HostObserved, Observed } from '../../src/cluster/observed.js'
import { planDigest } from '../../src/plan/digest.js'
import { planFor } from '../../src/plan/make-plan.js'
import { statuses } from './change/worlds.js'
import * as w from './world.js'

const leftOut: Desired = {
  ...w.desired,
  release: { ...w.desired.release, version: '' },
  etcd: { ...w.desired.etcd, clusterToken: '' },
}
const planned = (observed: Observed) => planFor(leftOut, observed, { now: w.now })

const VERSIONS = ['3.4.23', '3.5.33', '3.6.14', '3.7.1', '3.9.99', ''] as const
const anyVersion = fc.constantFrom(...VERSIONS)
const anyBinary: fc.Arbitrary<BinaryFact | undefined> = fc.option(
  anyVersion.map((version) => ({ sha256: `sum of ${version}`, version })),
  { nil: undefined, freq: 8 },
)

/** A member whose release is what it is: files exchanged, tools missing or other ones, units changed, down or not. */
const anyMember = (index: number): fc.Arbitrary<HostObserved> => {
  const host = w.runningHost(w.members[index]!)
  return fc
    .record({
      etcd: anyBinary,
      etcdctl: anyBinary,
      etcdutl: anyBinary,
      exeOf: fc.option(anyVersion, { nil: undefined, freq: 3 }),
      up: fc.constantFrom(true, true, true, false),
      flag: fc.constantFrom('--snapshot-count=50000', '--snapshot-count=7'),
      token: fc.constantFrom('etcd-cluster-0', 'other'),
    })
    .map(({ etcd, etcdctl, etcdutl, exeOf, up, flag, token }) => ({
      ...host,
      binaries: { ...(etcd && { etcd }), ...(etcdctl && { etcdctl }), ...(etcdutl && { etcdutl }) },
      process: up ? { ...host.process!, exeSha256: `sum of ${exeOf ?? etcd?.version ?? ''}` } : undefined,
      service: {
        ...host.service,
        activeState: up ? 'active' : 'failed',
        unit: {
          ...host.service.unit!,
          text: host.service
            .unit!.text.replace('--snapshot-count=50000', flag)
            .replace('token=etcd-cluster-0', `token=${token}`),
        },
      },
    }))
}

/** Members that mostly run the same. */
const anyCluster: fc.Arbitrary<Observed> = fc
  .record({
    hosts: fc.tuple(anyMember(0), anyMember(1), anyMember(2)),
    same: fc.option(fc.constantFrom(...VERSIONS.slice(0, -1)), { nil: undefined, freq: 3 }),
    tells: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    versions: fc.array(fc.constantFrom('3.5.33', '3.6.14'), { minLength: 3, maxLength: 3 }),
  })
  .map(({ hosts, same, tells, versions }) => {
    const seen = hosts.map((host): HostObserved => {
      if (same === undefined) return host
      const etcd = { sha256: `sum of ${same}`, version: same }
      return {
        ...host,
        binaries: { ...host.binaries, etcd },
        process: host.process && { ...host.process, exeSha256: etcd.sha256 },
      }
    })
    const told = statuses(0, same === undefined ? versions : [same, same, same]).filter(
      (_, index) => tells[index] && seen[index]?.process !== undefined,
    )
    return w.world(seen, { cluster: { ...w.cluster, ...(told.length > 0 ? { statuses: told } : {}) } })
  })

describe('with version and cluster-token left out', () => {
  it('no plan changes, fetches or installs a release, or names a token', { timeout: 60_000 }, () => {
    const kinds = new Map<string, number>()
    fc.assert(
      fc.property(anyCluster, (observed) => {
        const { plan, desired } = planned(observed)
        kinds.set(plan.kind, (kinds.get(plan.kind) ?? 0) + 1)
        expect(plan.upgrade).toBeUndefined()
        for (const step of plan.steps) {
          expect(['correct-host', 'roll-member', 'stage', 'take-snapshot']).toContain(step.kind)
          if (step.kind === 'roll-member') expect(step.parts).not.toContain('release')
        }
        const changed = (plan.files ?? []).flatMap(({ diff }) => diff.filter((line) => !line.startsWith(' ')))
        expect(JSON.stringify([{ ...plan, files: [] }, changed])).not.toContain('initial-cluster-token')
        if (plan.kind === 'blocked') return
        // Every member starts again as what it runs now.
        for (const { binaries } of observed.hosts)
          expect(binaries.etcd?.version).toBe(desired.release.version)
      }),
      { numRuns: 150 },
    )
    // Else it would hold for want of a plan.
    for (const kind of ['none', 'roll', 'blocked']) expect(kinds.get(kind) ?? 0, kind).toBeGreaterThan(0)
  })

  it('the same world gives the same plan and the same digest', { timeout: 60_000 }, () => {
    const anyWorld = fc.oneof(anyCluster, fc.constant(w.freshWorld))
    fc.assert(
      fc.property(anyWorld, (observed) => {
        const [one, other] = [
          planned(observed),
          planned({ ...observed, hosts: [...observed.hosts].reverse() }),
        ]
        const digest = (of: typeof one) => planDigest(of.plan, { ...of.desired, etcd: leftOut.etcd })
        expect(digest(other)).toBe(digest(one))
        expect(planned(observed)).toEqual(one)
      }),
      { numRuns: 40 },
    )
  })
})
