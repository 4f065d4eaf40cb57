import { describe, expect, it } from 'vitest'
import { failureOf, setUp } from './rolling.fixture.js'

describe('the last look before a member is restarted', () => {
  // Stopped by whoever else once the files of etcd-2 were swapped; etcd-2 itself as the case says.
  const disturbed = async (touch: 'etcd-2 too' | 'etcd-3 alone') => {
    const { go, run, cluster, calls } = setUp(['good', 'good', 'good'])
    const swap = async (member: string) => {
      await run.world.swap(member)
      const [, inHand, other] = cluster.hosts
      if (touch === 'etcd-2 too') cluster.kill(inHand!)
      cluster.takeDown(other!, 'other', true)
    }
    const failure = await failureOf(go({ swap }))
    expect(failure.message).toMatch(/^etcd-2: it was not restarted: etcd-3: /)
    return { state: failure.message, calls: calls(), cluster }
  }

  it('puts the files of one back that never ran on them', async () => {
    const { state, calls, cluster } = await disturbed('etcd-3 alone')
    expect(state).toContain('; it was put back and is healthy with 3.5.16')
    expect(calls).toContain('revert etcd-2')
    expect(cluster.hosts[1]!.files.id).toBe('old')
  })

  it('takes none down that systemd has started on them meanwhile, as another one is down', async () => {
    const { state, calls, cluster } = await disturbed('etcd-2 too')
    expect(state).toContain(
      '; it serves and was not put back, as that would take a second member down while another one is unhealthy (etcd-3: ',
    )
    expect(calls).not.toContain('revert etcd-2')
    expect(cluster.isHealthy(cluster.hosts[1]!)).toBe(true)
  })
})
