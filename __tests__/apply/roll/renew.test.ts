import { describe, expect, it } from 'vitest'
import type { RollPolicy, RollTask, RollWorld } from '../../../src/apply/engine/port.js'
import { RENEW_RULES, renewWith } from '../../../src/apply/roll/renew.js'
import type { Prove } from '../../../src/apply/roll/renew-member.js'
import { Failure } from '../../../src/failure.js'
import { CLUSTER_ID } from '../../simulation/look.js'
import { failureOf, POLICY, setUp } from './rolling.fixture.js'

type Members = Readonly<Record<string, Partial<RollTask['members'][number]>>>

/** A quiet cluster led by etcd-1, whose members get new pairs; who was asked about whom. */
const renewing = (members: Members = {}, clusterId = CLUSTER_ID) => {
  const { cluster, run, calls } = setUp(['good', 'good', 'good'])
  const asked: string[] = []
  const task: RollTask = {
    members: cluster.hosts.map(({ name }) => ({ name, version: '', roll: true, ...members[name] })),
    ...{ renews: true, clusterId, quotaBytes: undefined, minorUpgrade: false },
  }
  const taken: Prove = (member, { beside, serves }) => {
    asked.push(`${member} by ${beside.join(' ') || 'nobody'}${serves ? '' : ', peers alone'}`)
    return Promise.resolve()
  }
  const go = ({
    prove = taken,
    world = {},
    policy = {},
    signal = run.signal,
  }: {
    readonly prove?: Prove
    readonly world?: Partial<RollWorld>
    readonly policy?: Partial<RollPolicy>
    readonly signal?: AbortSignal
  } = {}) => renewWith(prove)(task, { ...POLICY, ...policy }, { ...run.world, ...world }, signal, RENEW_RULES)
  return { cluster, run, calls, asked, go }
}

const exchange = (member: string) => [
  `arm ${member}`,
  `swap ${member}`,
  `disarm ${member}`,
  `audit ${member}`,
]
const refusing =
  (...names: readonly string[]): Prove =>
  (member) =>
    names.includes(member)
      ? Promise.reject(new Failure({ what: 'refused', why: 'bad certificate' }))
      : Promise.resolve()

describe('a renewal', () => {
  it('takes followers in order and the leader last, and restarts and moves nothing', async () => {
    const { go, calls, asked, cluster } = renewing()
    const processes = cluster.hosts.map(({ process }) => process?.pid)
    expect(await go()).toEqual({ rolled: ['etcd-2', 'etcd-3', 'etcd-1'], reverted: undefined, untouched: [] })
    expect(calls()).toEqual(['etcd-2', 'etcd-3', 'etcd-1'].flatMap(exchange))
    expect(asked).toEqual(['etcd-2 by etcd-1 etcd-3', 'etcd-3 by etcd-1 etcd-2', 'etcd-1 by etcd-2 etcd-3'])
    expect(cluster.hosts.map(({ process }) => process?.pid)).toEqual(processes)
  })

  it('stops at the first pair that is refused, has it put back, and touches no other', async () => {
    const { go, calls, cluster } = renewing()
    const failure = await failureOf(go({ prove: refusing('etcd-3') }))
    expect(failure.message).toBe(
      'etcd-3: its new certificate is refused: refused: bad certificate; it was put back and is healthy with 3.5.16, ' +
        'renewed and confirmed: etcd-2, not touched: etcd-1; put right what is named here and run again: the next run goes on from here.',
    )
    expect(failure.result).toEqual({ rolled: ['etcd-2'], reverted: 'etcd-3', untouched: ['etcd-1'] })
    expect(calls().filter((call) => call.includes('restart'))).toEqual([])
    expect(cluster.hosts.map(({ files }) => files.id)).toEqual(['old', 'new', 'old'])
  })

  it('asks once more where a connection failed by chance', async () => {
    const { go } = renewing()
    let tries = 0
    const prove: Prove = () =>
      ++tries === 1 ? Promise.reject(new Error('read ECONNRESET')) : Promise.resolve()
    expect((await go({ prove })).rolled).toHaveLength(3)
  })

  it('does not touch a member while another one is unhealthy', async () => {
    const { go, calls, cluster } = renewing({ 'etcd-3': { roll: false } })
    cluster.takeDown(cluster.hosts[2]!, 'other', true)
    const failure = await failureOf(go())
    expect(failure.message).toMatch(
      /^etcd-3: no certificate may be exchanged while another member is unhealthy: /,
    )
    expect(calls()).toEqual([])
  })

  it('has a pair put back with which its member does not stay healthy', async () => {
    const { go, run, cluster } = renewing()
    const swap = async (member: string): Promise<void> => {
      await run.world.swap(member)
      cluster.takeDown(cluster.hosts[1]!, 'other', true)
    }
    const failure = await failureOf(go({ world: { swap } }))
    expect(failure.message).toMatch(/^etcd-2: it did not stay healthy with its new certificate: /)
    expect(cluster.hosts.map(({ files }) => files.id)).toEqual(['old', 'old', 'old'])
  })

  it('says so where the host has put the old pair back first', async () => {
    const { go } = renewing()
    const failure = await failureOf(go({ world: { disarm: () => Promise.resolve('reverted') } }))
    expect(failure.message).toMatch(/^etcd-2: its host has put its old certificate back before/)
  })

  it('begins no other one after a cancel, and puts back what it has not shown yet', async () => {
    const controller = new AbortController()
    const { go, run, cluster } = renewing()
    const arm = async (member: string, seconds: number): Promise<void> => {
      await run.world.arm(member, seconds)
      controller.abort()
    }
    const failure = await failureOf(go({ world: { arm }, signal: controller.signal }))
    expect(failure.cancelled).toBe(true)
    expect(cluster.hosts.map(({ files }) => files.id)).toEqual(['old', 'old', 'old'])
  })

  it('is none of the business of alarms and full databases', async () => {
    const { go, run } = renewing()
    const look = async () => {
      const view = await run.world.look()
      const members = view.members.map((member) =>
        member.status ? { ...member, status: { ...member.status, dbSize: 99, dbSizeQuota: 100 } } : member,
      )
      return { ...view, members, alarms: [{ memberId: view.members[0]!.status!.memberId, alarm: 'NOSPACE' }] }
    }
    expect((await go({ world: { look } })).rolled).toHaveLength(3)
  })
})

describe('a renewal of members that are cut off', () => {
  const CUT = { 'etcd-1': { cutOff: true }, 'etcd-2': { cutOff: true }, 'etcd-3': { cutOff: true } }

  /** Nobody serves before `enough` members have a new pair. */
  const deafUntil =
    (enough: number, { run, cluster }: ReturnType<typeof renewing>) =>
    async () => {
      const view = await run.world.look()
      if (cluster.hosts.filter(({ files }) => files.id === 'new').length >= enough) return view
      const members = view.members.map((member) => ({
        ...{ ...member, status: undefined, ready: false, reason: 'remote error: tls: bad certificate' },
        ...{ activeState: 'activating', subState: 'start' },
      }))
      return { members, listed: undefined, alarms: undefined, clusterVersion: undefined }
    }

  it('waits for no quorum, which comes of it', async () => {
    const world = renewing(CUT, '')
    const began = world.cluster.now
    const result = await world.go({ world: { look: deafUntil(2, world) } })
    expect(result.rolled).toEqual(['etcd-1', 'etcd-2', 'etcd-3'])
    expect(world.asked).toEqual([
      'etcd-1 by nobody, peers alone',
      'etcd-2 by etcd-1, peers alone',
      'etcd-3 by etcd-1 etcd-2, peers alone',
    ])
    expect(world.calls().filter((call) => call.startsWith('restart'))).toEqual([])
    expect(world.cluster.now - began).toBeLessThan(POLICY.timeoutMs)
  })

  it('leaves it to the next plan to say why no quorum came of it', async () => {
    const world = renewing(CUT, '')
    expect((await world.go({ world: { look: deafUntil(4, world) } })).rolled).toHaveLength(3)
    expect(world.run.said.at(-1)).toMatch(/^the new certificates are served, but etcd-1: /)
  })

  it('starts those that had ended, and no other', async () => {
    const world = renewing({
      'etcd-3': { cutOff: true },
      'etcd-1': { roll: false },
      'etcd-2': { roll: false },
    })
    const host = world.cluster.hosts[2]!
    world.cluster.takeDown(host, 'other', true)
    host.activeState = 'failed'
    expect((await world.go()).rolled).toEqual(['etcd-3'])
    expect(world.calls()).toContain('restart etcd-3')
    expect(world.cluster.isHealthy(host)).toBe(true)
  })

  it('keeps one that was down healthy with its new pair, where only then a link turns out to be missing', async () => {
    const world = renewing({ 'etcd-1': { roll: false }, 'etcd-2': { roll: false } })
    const host = world.cluster.hosts[2]!
    world.cluster.takeDown(host, 'other', true)
    const look = async () => {
      const view = await world.run.world.look()
      const members = view.members.map((member) =>
        member.name === 'etcd-1'
          ? { ...member, peers: (member.peers ?? []).filter((id) => id !== host.memberId) }
          : member,
      )
      return { ...view, members }
    }
    const failure = await failureOf(world.go({ world: { look } }))
    expect(failure.message).toMatch(
      /^etcd-1: the new certificates are served, but the cluster is not healthy: it has no live connection of its own to etcd-3; /,
    )
    expect(failure.result.rolled).toEqual(['etcd-3'])
    expect(host.files.id).toBe('new')
  })

  it('takes them before the others, which then wait until all are healthy', async () => {
    const world = renewing({ 'etcd-3': { cutOff: true } })
    expect((await world.go()).rolled).toEqual(['etcd-3', 'etcd-2', 'etcd-1'])
  })
})
