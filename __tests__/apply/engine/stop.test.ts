import { describe, expect, it } from 'vitest'
import { ROLL_RULES } from '../../../src/apply/roll/roll.js'
import type { RollPolicy, RollWorld } from '../../../src/apply/engine/port.js'
import { cancelledBefore, stopped } from '../../../src/apply/engine/stop.js'
import { createWork } from '../../../src/apply/engine/work.js'

const member = (name: string, unconfirmed: boolean, roll = true) => ({
  ...{ name, unconfirmed, roll, version: '3.5.30' },
})

const workOn = (...members: readonly ReturnType<typeof member>[]) =>
  createWork(
    { members, clusterId: 'abc', quotaBytes: undefined, minorUpgrade: false },
    {} as RollPolicy,
    { now: () => 0 } as RollWorld,
    new AbortController().signal,
    ROLL_RULES,
    {},
  )

describe('what a roll that stopped says of its members', () => {
  it('does not call one untouched that an earlier run left unconfirmed: its host may have put it back meanwhile', () => {
    const work = workOn(member('etcd-1', true), member('etcd-2', false), member('etcd-3', false, false))
    const failure = cancelledBefore(work, 'the roll began')
    expect(failure.result.untouched).toEqual(['etcd-2'])
    expect(failure.message).toContain(
      'no member was rolled, not settled, as an earlier run left it: etcd-1, not touched: etcd-2; run again',
    )
  })

  it('names it once only where it was put back, or is the one in hand', () => {
    const work = workOn(member('etcd-1', true), member('etcd-2', true))
    work.undone.push('etcd-1')
    const { message, result } = stopped(work, { what: 'it failed', member: 'etcd-2', inHand: true })
    expect(message).not.toContain('not settled')
    expect(message).toContain('put back, as an earlier run had left it: etcd-1')
    expect(result.untouched).toEqual([])
  })
})
