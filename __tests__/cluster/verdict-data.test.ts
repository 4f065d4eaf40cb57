import { describe, expect, it } from 'vitest'
import { adviceOn } from '../../src/cluster/advice.js'
import type { Divergence } from '../../src/cluster/divergence.js'
import { judge, withData } from '../../src/cluster/verdict.js'
import { expected, good, nameOf, withAlarms, IDS } from './answers.fixture.js'

const divergence: Divergence = {
  shownBy: 'revisions',
  sides: [
    { members: [nameOf(0)], holds: 'is at revision 61 after 76 entries of the log' },
    { members: [nameOf(1), nameOf(2)], holds: 'are at revision 66 after 76 entries of the log' },
  ],
}
const SAYS =
  'the members hold different data: etcd-10.0.0.1 is at revision 61 after 76 entries of the log, ' +
  'etcd-10.0.0.2 and etcd-10.0.0.3 are at revision 66 after 76 entries of the log'

describe('a verdict with the comparison of the data', () => {
  const verdict = judge(good, expected)

  it('is unhealthy where they differ, however well every endpoint answers', () => {
    const diverged = withData(verdict, { divergence })
    expect(diverged).toMatchObject({ healthy: false, problems: [SAYS], divergence })
    expect(diverged.endpoints).toEqual(verdict.endpoints)
  })

  it('tells that first, and keeps what else is wrong', () => {
    const alarmed = judge(withAlarms({ memberId: IDS[1]!, alarm: 'CORRUPT' }), expected)
    expect(withData(alarmed, { divergence }).problems).toEqual([SAYS, ...alarmed.problems])
  })

  it.each(['runner', 'hosts'] as const)(
    'gives no advice that ends a copy, asked from the %s',
    (askedFrom) => {
      const advice = adviceOn(withData(verdict, { divergence }), { askedFrom })
      expect(advice).toMatch(/^restart, remove and replace no member: take a snapshot of each/)
    },
  )

  it('stays healthy, with a note, where nobody can tell', () => {
    const told = withData(verdict, { unknown: 'etcd-1: etcdserver: permission denied' })
    expect(told.healthy).toBe(true)
    expect(told.notes).toEqual([
      'it is not known whether all members hold the same data (etcd-1: etcdserver: permission denied)',
    ])
  })

  it('stays what it is where they agree', () => expect(withData(verdict, {})).toBe(verdict))
})
