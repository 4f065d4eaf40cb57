import { describe, expect, it } from 'vitest'
import { failureDetails } from '../../src/report/failure-details.js'

const details = (status: string, journal: string) =>
  failureDetails({ member: 'etcd-1', serviceName: 'etcd', status, journal })

describe('failureDetails', () => {
  it('shows status and journal under their commands', () => {
    expect(details('● etcd.service\n   Active: failed\n', 'bind: address already in use\n')).toEqual([
      'systemctl status etcd on etcd-1:',
      '  | ● etcd.service',
      '  |    Active: failed',
      'journalctl -u etcd on etcd-1, last lines:',
      '  | bind: address already in use',
    ])
  })

  it('keeps the last lines of a long journal', () => {
    const lines = details('', Array.from({ length: 200 }, (_, index) => `line ${index}`).join('\n'))
    expect(lines).toContain('  | line 199')
    expect(lines).toContain('  | line 150')
    expect(lines).not.toContain('  | line 149')
    expect(lines).toContain('  | (no output)')
  })

  const steering: readonly [name: string, line: string, shown: string][] = [
    ['a workflow command', '::set-output name=x::y', '  | {U+003A}:set-output name=x::y'],
    ['a workflow command after a carriage return', 'a\r::error::b', '  | a{U+000D}::error::b'],
    ['an old style command', 'x ##[add-mask]e', '  | x ##{U+005B}add-mask]e'],
    ['an old style command hidden by colours', 'x #\u001b[1m#[add-mask]e', '  | x ##{U+005B}add-mask]e'],
    ['a cursor that moves', 'a\u001b[2Kb\u009b1A', '  | a{U+001B}[2Kb{U+009B}1A'],
    ['text that runs backwards', 'a\u202eb', '  | a{U+202E}b'],
    ['colours', '\u001b[31mred\u001b[0m', '  | red'],
  ]
  it.each(steering)('does not let %s steer the runner', (_, line, shown) => {
    expect(details(line, '')[1]).toBe(shown)
  })
})
