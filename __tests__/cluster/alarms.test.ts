import { describe, expect, it } from 'vitest'
import { alarmAdvice, alarmMeaning, alarmsOf } from '../../src/cluster/alarms.js'

describe('alarms in a status', () => {
  it.each([
    [
      'as 3.4 to 3.6 write it',
      ['memberID:11417610130673999598 alarm:NOSPACE '],
      [['9e737febb6b99eee', 'NOSPACE']],
    ],
    [
      'with the blanks of 3.7',
      ['memberID: 3153101805118352275  alarm: CORRUPT'],
      [['2bc21162cab8eb93', 'CORRUPT']],
    ],
    ['beside other complaints', ['etcdserver: no leader', 'memberID:1 alarm:NOSPACE'], [['1', 'NOSPACE']]],
    ['of a kind that nobody knows yet', ['memberID:255 alarm:7 '], [['ff', 'alarm 7']]],
    [
      'told by several',
      ['memberID:2 alarm:NOSPACE', 'memberID:1 alarm:NOSPACE', 'memberID:2  alarm: NOSPACE'],
      [
        ['1', 'NOSPACE'],
        ['2', 'NOSPACE'],
      ],
    ],
    [
      'of nobody, as the checks for corruption of 3.4.23 and 3.5.7 raise it',
      ['alarm:CORRUPT '],
      [['', 'CORRUPT']],
    ],
    ['of nobody, written out', ['memberID:0 alarm:CORRUPT'], [['', 'CORRUPT']]],
    ['in an order that nobody writes yet', ['alarm: CORRUPT memberID: 255'], [['ff', 'CORRUPT']]],
    ['that were taken back', ['memberID:1 alarm:NONE'], []],
    ['of none', ['etcdserver: no leader', 'alarm', ''], []],
  ])('%s', (_, errors, expected) => {
    expect(alarmsOf(errors).map(({ memberId, alarm }) => [memberId, alarm])).toEqual(expected)
  })

  it('have advice that destroys nothing, in the order that works', () => {
    expect(alarmAdvice('NOSPACE')).toMatch(/delete .*compact .*defrag .*disarm/)
    expect(alarmAdvice('CORRUPT')).toMatch(/remove and replace no member: take a snapshot of each/)
    expect([alarmMeaning({ memberId: 'a', alarm: 'alarm 7' }), alarmAdvice('alarm 7')]).toEqual([
      '',
      expect.stringContaining('journal'),
    ])
  })
})
