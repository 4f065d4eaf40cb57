import { describe, expect, it } from 'vitest'
import { clusterNamed } from '../../src/cluster/named.js'
import { changed, cluster, planOf, unit } from '../plan/change/worlds.js'

describe('a cluster in a sentence', () => {
  it.each([
    ['8149bcdbc6aad324', 'cluster 8149bcdbc6aad324'],
    ['', 'a cluster of unknown id'],
    [undefined, 'a cluster of unknown id'],
  ])('%j is %s', (id, named) => expect(clusterNamed(id)).toBe(named))

  const unknown = { cluster: { ...cluster, clusterId: '' } }
  it('has words in a plan too where its id is not known', () => {
    expect(planOf(changed({}, unknown)).summary).toMatch(/^nothing to change: a cluster of unknown id has /)
    const plan = planOf(changed({ 1: unit('--snapshot-count=50000', '--snapshot-count=1') }, unknown))
    expect(plan.summary).toMatch(/^change the cluster: /)
    expect(plan.clusterId).toBeUndefined()
  })
})
