import { expect, it } from 'vitest'
import { failureOf, setUp } from './rolling.fixture.js'

it('blames the member that is unhealthy before the restart, whose journal tells why, and not the one in hand', async () => {
  const { go, run, cluster } = setUp(['good', 'good', 'good'])
  const swap = async (member: string) => {
    await run.world.swap(member)
    cluster.takeDown(cluster.hosts[2]!, 'other', true)
    cluster.hosts[2]!.activeState = 'failed'
  }
  const failure = await failureOf(go({ swap }))
  expect(failure.message).toMatch(/^etcd-2: it was not restarted: etcd-3: /)
  expect(failure.facts.member).toBe('etcd-3')
})
