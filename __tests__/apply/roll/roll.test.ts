import { describe, expect, it } from 'vitest'
import type { RollWorld } from '../../../src/apply/engine/port.js'
import { Failure } from '../../../src/failure.js'
import { failureOf, setUp } from './rolling.fixture.js'

const step = (member: string) => ['hook-before', `arm ${member}`, `swap ${member}`, `restart ${member}`]
/** One way alone: what that member opens to the other one never arrives. */
const withoutLink = (world: RollWorld, from: string, to: string) => async () => {
  const view = await world.look()
  const members = view.members.map((member) =>
    member.name === from ? { ...member, peers: (member.peers ?? []).filter((id) => id !== to) } : member,
  )
  return { ...view, members }
}
const end = (member: string) => [`disarm ${member}`, `audit ${member}`, 'hook-after']

describe('roll', () => {
  it('takes followers in order and the leader last, from whom leadership is moved to a rolled one', async () => {
    const { go, calls } = setUp(['good', 'good', 'good'])
    expect(await go()).toEqual({ rolled: ['etcd-2', 'etcd-3', 'etcd-1'], reverted: undefined, untouched: [] })
    expect(calls()).toEqual([
      'hashKv',
      ...[...step('etcd-2'), ...end('etcd-2'), ...step('etcd-3'), ...end('etcd-3')],
      ...['hook-before', 'moveLeader etcd-1', ...step('etcd-1').slice(1), ...end('etcd-1')],
      'hashKv',
    ])
  })

  const words = (ended: string, said: string) => ({ lastWords: () => Promise.resolve({ ended, said }) })

  it('says what a member that failed died of, in the words of etcd', async () => {
    const { go } = setUp(['good', 'good', 'no-start'])
    const failure = await failureOf(go(words('exited with status 1', 'listen tcp: address already in use')))
    expect(failure.message).toMatch(
      /^etcd-3: it did not become healthy after its restart: etcd exited with status 1 \(listen tcp: address already in use\); it was put back and is healthy with 3\.5\.16, /,
    )
    // Its journal was shown when it had failed: the one of a healthy member is no use.
    expect(failure.facts.member).toBeUndefined()
  })

  it('says what a member says that never comes up', async () => {
    const { go, cluster } = setUp(['good', 'good', 'good'])
    cluster.hosts[2]!.staged = { ...cluster.hosts[2]!.staged, startMs: 600_000 }
    const { message } = await failureOf(go(words('', 'x509: unknown authority')))
    expect(message).toContain(
      'within 20 s: systemd says activating/start, and etcd says: x509: unknown authority; ',
    )
  })

  it('says what it can see itself where the host cannot tell', async () => {
    const { go } = setUp(['good', 'good', 'no-start'])
    const lost = { lastWords: () => Promise.reject(new Failure({ what: 'the connection was lost' })) }
    const { message } = await failureOf(go(lost))
    expect(message).toContain(
      'etcd exited; systemd says activating/auto-restart; it was put back and is healthy',
    )
  })

  it('shows nothing of a member that was not restarted yet, and leaves that to others', async () => {
    const { go } = setUp(['good', 'good', 'good'])
    const swap = () => Promise.reject(new Failure({ what: 'cannot swap', why: 'no' }))
    const lastWords = () => Promise.reject(new Error('asked in vain'))
    const failure = await failureOf(go({ swap, lastWords }))
    expect(failure.message).toContain('its new files could not be put in place')
    expect(failure.facts.member).toBe('etcd-2')
  })

  it('says so where a member fails as it was before, too', async () => {
    const { go, run, cluster } = setUp(['good', 'good', 'no-start'])
    const revert = async (member: string) => {
      await run.world.revert(member)
      cluster.takeDown(cluster.hosts[2]!, 'other', true)
      cluster.hosts[2]!.activeState = 'failed'
    }
    const failure = await failureOf(
      go({ revert, ...words('exited with status 1', 'no space left on device') }),
    )
    expect(failure.message).toContain(
      'it was put back, but that did not heal it: etcd exited with status 1 (no space left on device), rolled and confirmed: etcd-2, not touched: etcd-1; ',
    )
    expect(failure.result.reverted).toBe('etcd-3')
  })

  it('puts a member back that fails, says how it is, and touches no other', async () => {
    const { go, calls, cluster } = setUp(['good', 'good', 'no-start'])
    const failure = await failureOf(go())
    expect(failure.message).toBe(
      'etcd-3: it did not become healthy after its restart: etcd exited; systemd says activating/auto-restart; ' +
        'it was put back and is healthy with 3.5.16, rolled and confirmed: etcd-2, not touched: etcd-1; ' +
        'put right what is named here and run again: the next run goes on from here.',
    )
    expect(failure.result).toEqual({ rolled: ['etcd-2'], reverted: 'etcd-3', untouched: ['etcd-1'] })
    expect(calls().slice(-2)).toEqual(['revert etcd-3', 'audit etcd-3'])
    expect(cluster.hosts.map((host) => cluster.isHealthy(host))).toEqual([true, true, true])
  })

  it('leaves a member untouched whose before-member fails', async () => {
    const { go, calls } = setUp(['good', 'good', 'good'])
    const hook = () => Promise.reject(new Failure({ what: 'exit status 1' }))
    const failure = await failureOf(go({ hook }))
    expect(failure.message).toMatch(/^etcd-2: before-member failed: exit status 1; no member was rolled/)
    expect(failure.result.untouched).toEqual(['etcd-1', 'etcd-2', 'etcd-3'])
    expect(calls()).toEqual(['hashKv'])
  })

  it('does not touch a leader that cannot hand over', async () => {
    const { go, calls } = setUp(['good', 'good', 'good'])
    const moveLeader = () => Promise.reject(new Failure({ what: 'leader transfer took too long' }))
    const failure = await failureOf(go({ moveLeader }))
    expect(failure.message).toMatch(
      /^etcd-1: leadership could not be moved away .*: leader transfer took too long;/,
    )
    expect(failure.result).toEqual({
      ...{ rolled: ['etcd-2', 'etcd-3'], reverted: undefined, untouched: ['etcd-1'] },
    })
    expect(calls()).not.toContain('arm etcd-1')
  })

  it('stops at the next safe point after a write gap that is too long', async () => {
    const { go } = setUp(['good', 'good', 'good'])
    let looks = 0
    const writeGap = () => ({ longestMs: looks++ === 0 ? 10 : 1_500, failed: 0 })
    const failure = await failureOf(go({ writeGap }, { maxWriteGapMs: 1_000 }))
    expect(failure.message).toMatch(/writes stopped for 1\.5 s, longer than max-write-gap allows \(1\.0 s\)/)
    expect(failure.result).toEqual({
      ...{ rolled: ['etcd-2'], reverted: undefined, untouched: ['etcd-1', 'etcd-3'] },
    })
  })

  it('stops at data that differ', async () => {
    const { go, calls } = setUp(['good', 'good', 'good'])
    const hashKv = () =>
      Promise.resolve(
        ['etcd-1', 'etcd-2', 'etcd-3'].map((member) => ({ member, hash: member, compactRevision: '1' })),
      )
    const failure = await failureOf(go({ hashKv }))
    expect(failure.message).toMatch(
      /data could not be shown to be the same before the roll: etcd-2: its data/,
    )
    expect(calls()).toEqual([])
  })

  it('touches no healthy member before the data of one that was down were compared', async () => {
    const { go, calls, cluster } = setUp(['good', 'good', 'good'], '3.5.16')
    cluster.takeDown(cluster.hosts[2]!, 'other', true)
    const hashKv = () =>
      Promise.resolve(
        ['etcd-1', 'etcd-2', 'etcd-3'].map((member) => ({
          ...{ member, hash: member === 'etcd-3' ? '8' : '7', compactRevision: '1' },
        })),
      )
    const failure = await failureOf(go({ hashKv }))
    expect(failure.message).toMatch(
      /same before etcd-2 was touched: etcd-3: its data .*rolled and confirmed: etcd-3, not touched: etcd-1, etcd-2; restart, remove and replace no member/,
    )
    expect(calls().filter((call) => call.startsWith('restart'))).toEqual(['restart etcd-3'])
  })

  it('leaves a member that was down repaired where only then a link turns out to be missing, and goes no further', async () => {
    const { go, calls, run, cluster } = setUp(['good', 'good', 'good'])
    const [first, , third] = cluster.hosts
    cluster.takeDown(third!, 'other', true)
    const failure = await failureOf(go({ look: withoutLink(run.world, first!.name, third!.memberId) }))
    expect(failure.message).toMatch(
      /^etcd-1: the cluster is not healthy after etcd-3 was rolled, which is healthy itself: it has no live connection of its own to etcd-3; /,
    )
    expect(failure.result).toEqual({
      ...{ rolled: ['etcd-3'], reverted: undefined, untouched: ['etcd-1', 'etcd-2'] },
    })
    expect(calls()).not.toContain('revert etcd-3')
    expect(third!.files.id).toBe('new')
  })

  it('puts a member back that was healthy and comes back without a link', async () => {
    const { go, run, cluster } = setUp(['good', 'good', 'good'])
    const [first, second] = cluster.hosts
    const look = async () =>
      second!.files.id === 'old' ? run.world.look() : withoutLink(run.world, first!.name, second!.memberId)()
    const failure = await failureOf(go({ look }, { soakMs: 0 }))
    expect(failure.message).toMatch(/^etcd-2: .*: etcd-1: it has no live connection of its own to etcd-2; /)
    expect(failure.result.reverted).toBe('etcd-2')
  })

  it('needs to be allowed to stop the writes of a lone member', async () => {
    const { go, calls } = setUp(['good'])
    expect((await failureOf(go())).message).toMatch(/takes no writes while one restarts.*allow-downtime/)
    expect(calls()).toEqual([])
    const { go: allowed } = setUp(['good'])
    expect((await allowed({}, { allowDowntime: true })).rolled).toEqual(['etcd-1'])
  })

  it('finishes the member in hand when it is cancelled with time to do so, and starts no other', async () => {
    const { goUntil, calls } = setUp(['good', 'good', 'good'])
    const failure = await goUntil('restart')
    expect(failure.cancelled).toBe(true)
    expect(failure.message).toMatch(
      /cancelled .*rolled and confirmed: etcd-2, not touched: etcd-1, etcd-3; run again/,
    )
    expect(calls()).toContain('disarm etcd-2')
  })

  it('replaces no file any more when it is cancelled while the timer is set', async () => {
    const { goUntil, calls, cluster } = setUp(['good', 'good', 'good'])
    const failure = await goUntil('arm')
    expect(failure.cancelled).toBe(true)
    expect(failure.result.reverted).toBe('etcd-2')
    expect(calls()).toEqual(['hashKv', 'hook-before', 'arm etcd-2', 'revert etcd-2', 'audit etcd-2'])
    expect(cluster.hosts[1]!.files.id).toBe('old')
  })

  it('puts the member in hand back when a cancel leaves too little time', async () => {
    const { goUntil, calls, cluster } = setUp(['good', 'good', 'good'])
    const failure = await goUntil('restart', { soakMs: 10_000 })
    expect(failure.cancelled).toBe(true)
    expect(failure.result.reverted).toBe('etcd-2')
    expect(calls()).toContain('revert etcd-2')
    expect(cluster.hosts[1]!.files.id).toBe('old')
  })

  it("names the time of the host's own timer where a member cannot be put back", async () => {
    const { go } = setUp(['good', 'no-start', 'good'])
    const revert = () => Promise.reject(new Failure({ what: 'the connection is lost' }))
    const failure = await failureOf(go({ revert }))
    expect(failure.message).toMatch(
      /could not be put back \(the connection is lost\); its host puts it back by itself within 1 min \d+ s/,
    )
    expect(failure.result.reverted).toBeUndefined()
  })

  it('does not put the last member of a minor upgrade back: the cluster has moved', async () => {
    const { go, calls, cluster } = setUp(['crashes', 'good', 'good'], '3.6.14')
    const failure = await failureOf(go({}, { soakMs: 10_000 }))
    expect(failure.message).toMatch(
      /^etcd-1: it did not stay healthy: .*it was not put back and stays on 3\.6\.14: the cluster moves to 3\.6 once/,
    )
    expect(calls()).not.toContain('revert etcd-1')
    expect(cluster.hosts[0]!.files.id).toBe('new')
  })
})
