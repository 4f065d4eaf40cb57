import { describe, expect, it } from 'vitest'
import type { Canary } from '../../src/apply/canary.js'
import type { PhaseSpan } from '../../src/cluster/roll-phase.js'
import { rollListener } from '../../src/operations/roll-listener.js'
import type { Run } from '../../src/run/run.js'
import { memberOf, viewOf } from '../apply/roll/views.fixture.js'

const setUp = (gaps: readonly number[] = []) => {
  const live: string[] = []
  const notices: string[] = []
  const progress = { spans: [] as PhaseSpan[], lastSeen: undefined }
  const run = {
    ...{ progress, ci: { notice: (text: string) => void notices.push(text) } },
    live: { set: (text: string) => void live.push(text), clear: () => void live.push('') },
  } as unknown as Run
  let turn = 0
  const canary = { turn: () => gaps[turn++] ?? 0 } as Canary
  return { ...rollListener(run, canary), live, notices, progress }
}

describe('rollListener', () => {
  it('says what a member is going through and what it waits for, and no longer when that is over', () => {
    const { listener, live } = setUp()
    listener.began?.('etcd-2', 'join')
    listener.waiting?.('it sees no leader')
    listener.waiting?.('')
    listener.ended?.({ member: 'etcd-2', phase: 'join', from: 1, to: 2, ok: true })
    listener.began?.('', 'compare data')
    expect(live).toEqual([
      ...['', 'etcd-2: becoming healthy', 'etcd-2: becoming healthy: it sees no leader'],
      ...['etcd-2: becoming healthy', '', '', "comparing the members' data"],
    ])
  })

  it('keeps phases in whole milliseconds, and members as they were seen last', () => {
    const { listener, progress } = setUp()
    listener.ended?.({ member: 'etcd-2', phase: 'soak', from: 1.4, to: 5000.6, ok: true })
    expect(progress.spans).toEqual([{ member: 'etcd-2', phase: 'soak', from: 1, to: 5001, ok: true }])
    const silent = memberOf('b', { activeState: '', subState: '', status: undefined, ready: false })
    listener.looked?.(viewOf([silent]))
    expect((progress.lastSeen ?? []).slice(0, 2)).toMatchObject([
      { member: 'a', isLeader: true, ready: true, state: 'active/running' },
      { member: 'b', version: '', isLeader: false, ready: false, state: '' },
    ])
  })

  it('asks the canary for the gap of each turn, leaving out what lies between', () => {
    const { listener, turns } = setUp([1, 20, 3, 40])
    listener.began?.('etcd-2', 'gate')
    listener.began?.('etcd-2', 'restart')
    listener.began?.('', 'choose')
    listener.began?.('etcd-3', 'gate')
    expect(turns()).toEqual([
      { name: 'etcd-2', ms: 20 },
      { name: 'etcd-3', ms: 40 },
    ])
  })

  it('passes decisions on as notices', () => {
    const { listener, notices } = setUp()
    listener.decided?.('leadership moved from a to b')
    expect(notices).toEqual(['leadership moved from a to b'])
  })
})
