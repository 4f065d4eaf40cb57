import { describe, expect, it } from 'vitest'
import type { Divergence } from '../../src/cluster/divergence.js'
import type { Desired } from '../../src/cluster/desired.js'
import type { Observed } from '../../src/cluster/observed.js'
import { blockedFailure } from '../../src/plan/blocked.js'
import { makePlan } from '../../src/plan/make-plan.js'
import { changed, cluster, down, runs, unit } from './change/worlds.js'
import * as w from './world.js'

const divergence: Divergence = {
  shownBy: 'hashes',
  sides: [
    { members: ['etcd-10.0.0.1'], holds: 'hashes to 7 at revision 61' },
    { members: ['etcd-10.0.0.2', 'etcd-10.0.0.3'], holds: 'hash to 8 at revision 61' },
  ],
}
const diverged = { cluster: { ...cluster, divergence } }
const planOf = (observed: Observed, desired: Desired = w.desired) =>
  makePlan(desired, observed, { now: w.now })

describe('a cluster whose members hold different data', () => {
  it.each<[string, Observed]>([
    ['that is as asked otherwise', changed({}, diverged)],
    ['that is to be rolled', changed({ 0: runs('3.6.13') }, diverged)],
    [
      'whose unit differs in a comment',
      changed({ 1: unit('Description=', '# once\nDescription=') }, diverged),
    ],
    ['with a member that is down', changed({ 2: down }, diverged)],
  ])('is not touched: one %s', (_name, observed) => {
    const plan = planOf(observed)
    expect(plan.kind).toBe('blocked')
    expect(plan.steps).toEqual([])
    expect(blockedFailure(plan).message).toMatch(
      /^the members hold different data; nothing was changed on any host; .*\n- the cluster: etcd-10\.0\.0\.1 hashes to 7 at revision 61, etcd-10\.0\.0\.2 and etcd-10\.0\.0\.3 hash to 8 at revision 61 \(restart, remove and replace no member: take a snapshot of each of them first/,
    )
  })

  it('is planned for as any other where nobody knows of it', () => {
    expect(planOf(changed({}, { cluster })).kind).toBe('none')
  })

  it('is told to be another one than expected first', () => {
    const desired = { ...w.desired, health: { ...w.desired.health, expectClusterId: 'abc' } }
    expect(planOf(changed({}, diverged), desired).summary).toContain('another cluster')
  })
})
