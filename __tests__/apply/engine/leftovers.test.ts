import { describe, expect, it } from 'vitest'
import { finishEarlier, roll } from '../../../src/apply/roll/roll.js'
import type { ClusterView, RollTask, RollWorld } from '../../../src/apply/engine/port.js'
import { CLUSTER_ID } from '../../simulation/look.js'
import { failureOf, POLICY, setUp } from '../roll/rolling.fixture.js'

type Left = Awaited<ReturnType<NonNullable<RollWorld['leftChange']>>>

/** A renewal was killed when it had exchanged the pair of etcd-2: what is to be settled is as asked. */
const killed = async (left: Left | Error, clusterId = CLUSTER_ID) => {
  const { cluster, run, calls } = setUp(['good', 'good', 'good'])
  await run.world.arm('etcd-2', 300)
  await run.world.swap('etcd-2')
  const host = cluster.hosts[1]!
  const began = cluster.now
  const task: RollTask = {
    members: cluster.hosts.map(({ name }) => ({
      ...{ name, version: '', roll: false, unconfirmed: name === 'etcd-2' },
    })),
    ...{ clusterId, quotaBytes: undefined, minorUpgrade: false },
    ...(clusterId === '' ? { renews: true } : {}),
  }
  const leftChange = () => (left instanceof Error ? Promise.reject(left) : Promise.resolve(left))
  const go = <T>(
    way: (task: RollTask, policy: typeof POLICY, world: RollWorld, signal: AbortSignal) => Promise<T>,
    world: Partial<RollWorld> = {},
  ) => way(task, POLICY, { ...run.world, leftChange, ...world }, run.signal)
  const did = () => calls().slice(2)
  return { cluster, run, host, go, did, took: () => cluster.now - began }
}

/** Nobody has a quorum, and etcd-2 is like this. */
const helpless =
  (world: RollWorld, subState = 'start', mainPid = 7) =>
  async (): Promise<ClusterView> => {
    const view = await world.look()
    const members = view.members.map((member) => ({
      ...{ ...member, status: undefined, ready: false, reason: 'no leader' },
      ...{ activeState: 'activating', subState, mainPid },
    }))
    return { members, listed: undefined, alarms: undefined, clusterVersion: undefined }
  }

describe('a pair that a killed renewal has left unconfirmed', () => {
  it('is put back under the process from before it, which shows nothing of it, and nothing is restarted', async () => {
    const { go, did, host, run } = await killed('same-process')
    const pid = host.process?.pid
    expect(await go(finishEarlier)).toEqual(['etcd-2'])
    expect(did()).toEqual(['revert etcd-2', 'audit etcd-2'])
    expect(host.files.id).toBe('old')
    expect(host.process?.pid).toBe(pid)
    expect(run.said.at(-1)).toBe('etcd-2: what was new was put back, as nothing shows that others take it')
  })

  it('stops whoever has taken it for granted', async () => {
    const { go } = await killed('same-process')
    const failure = await failureOf(go(roll))
    expect(failure.message).toMatch(
      /^etcd-2: an earlier run left it unconfirmed, and so does this one: it was put back, as its process is from before/,
    )
    expect(failure.result.reverted).toBe('etcd-2')
  })

  it.each([undefined, 'started', new Error('the connection is lost')] as const)(
    'is judged by a process that began with it (%s)',
    async (left) => {
      const { go, did, host } = await killed(left)
      expect(await go(finishEarlier)).toEqual([])
      expect(did()).toEqual(['disarm etcd-2'])
      expect(host.files.id).toBe('new')
    },
  )

  it('waits for no quorum, which cannot be there yet, where it had ended before', async () => {
    const { go, did, run, took } = await killed('started', '')
    expect(await go(finishEarlier, { look: helpless(run.world) })).toEqual([])
    expect(did()).toEqual(['disarm etcd-2'])
    expect(took()).toBeLessThan(POLICY.timeoutMs)
  })

  it('is no reason to stop where a quorum has come of it meanwhile', async () => {
    const { go, did } = await killed(undefined, '')
    expect(await go(finishEarlier)).toEqual([])
    expect(did()).toEqual(['disarm etcd-2'])
  })

  it.each([
    ['the process from before it waits for its peers', 'same-process', 'start', 7],
    ['it has ended with that one, too', 'started', 'auto-restart', 0],
  ] as const)('is put back at once without a quorum where %s', async (_name, left, subState, pid) => {
    const { go, did, run, took } = await killed(left, '')
    expect(await go(finishEarlier, { look: helpless(run.world, subState, pid) })).toEqual(['etcd-2'])
    expect(did()).toEqual(['revert etcd-2', 'audit etcd-2'])
    expect(took()).toBeLessThan(POLICY.timeoutMs)
  })
})
