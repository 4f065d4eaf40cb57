import { describe, expect, it } from 'vitest'
import type { EnvironmentRow } from '../../../src/cluster/observed.js'
import { givenVariables, processVariables } from '../../../src/etcd/settings/variables.js'

const UNIT = '/etc/systemd/system/etcd.service'
const DROP_IN = `${UNIT}.d/10.conf`
const row = (
  kind: EnvironmentRow['kind'],
  text: string,
  more: Partial<EnvironmentRow> = {},
): EnvironmentRow => ({
  ...{ kind, text, hidden: false },
  ...(kind === 'manager' || kind === 'process' ? {} : { file: DROP_IN, line: 2, by: DROP_IN }),
  ...more,
})
const given = (...rows: readonly EnvironmentRow[]) =>
  givenVariables({ given: rows }).map(({ name, value }) => [name, value])

describe('givenVariables', () => {
  it.each<[string, EnvironmentRow, string]>([
    ['bare', row('unit', 'ETCD_A=1'), '1'],
    ['a word in quotes', row('unit', '"ETCD_A=a b"'), 'a b'],
    ['a value in quotes', row('unit', 'ETCD_A="a b"'), 'a b'],
    ['single quotes', row('unit', "'ETCD_A=a \"b'"), 'a "b'],
    ['an escape', row('unit', '"ETCD_A=a\\"b\\x20c"'), 'a"b c'],
    ['a percent sign', row('unit', 'ETCD_A=5%%'), '5%'],
    ['a percent sign in a file', row('file', 'ETCD_A=5%%'), '5%%'],
    ['blanks in a file', row('file', 'ETCD_A=a b'), 'a b'],
    ['quotes in a file', row('file', 'ETCD_A="a b"'), 'a b'],
    ['of systemd, quoted as a shell does', row('manager', "ETCD_A=$'a b'"), 'a b'],
    ['an equals sign in it', row('unit', 'ETCD_A=b=c'), 'b=c'],
    ['nothing in it', row('unit', 'ETCD_A='), ''],
  ])('reads a value: %s', (_name, from, value) => {
    expect(given(from)).toEqual([['ETCD_A', value]])
  })

  it.each<[string, readonly EnvironmentRow[], string | undefined]>([
    ['a drop-in after systemd', [row('unit', 'ETCD_A=drop-in'), row('manager', 'ETCD_A=manager')], 'drop-in'],
    [
      'a file after a drop-in, wherever it is named',
      [row('file', 'ETCD_A=file'), row('unit', 'ETCD_A=unit')],
      'file',
    ],
    [
      'Environment= after PassEnvironment=',
      [row('unit', 'ETCD_A=unit'), row('passed', 'ETCD_A=passed')],
      'unit',
    ],
    ['the later of two', [row('unit', 'ETCD_A=1'), row('unit', 'ETCD_A=2')], '2'],
    [
      'what is set after a reset',
      [row('unit', 'ETCD_A=1'), row('reset', 'Environment'), row('unit', 'ETCD_A=2')],
      '2',
    ],
    ['nothing after a reset', [row('unit', 'ETCD_A=1'), row('reset', 'Environment')], undefined],
    [
      'a file that a reset of Environment= leaves',
      [row('file', 'ETCD_A=1'), row('reset', 'Environment')],
      '1',
    ],
    ['nothing that is unset, from wherever', [row('file', 'ETCD_A=1'), row('unset', 'ETCD_A')], undefined],
  ])('takes %s', (_name, rows, value) => {
    expect(given(...rows)[0]?.[1]).toBe(value)
  })

  it('leaves out what goes with a unit that is replaced, and the files it names', () => {
    const rows = [
      row('unit', 'ETCD_A=1', { file: UNIT, by: UNIT }),
      row('file', 'ETCD_B=1', { file: '/etc/default/etcd', by: UNIT }),
      row('unit', 'ETCD_C=1'),
    ]
    expect(givenVariables({ given: rows }, { without: UNIT }).map(({ name }) => name)).toEqual(['ETCD_C'])
  })

  it('leaves out what the unit takes away', () => {
    const rows = [row('manager', 'HTTPS_PROXY=http://p:1'), row('unit', 'ETCD_A=1')]
    expect(givenVariables({ given: rows }, { unset: ['HTTPS_PROXY'] }).map(({ name }) => name)).toEqual([
      'ETCD_A',
    ])
  })

  it.each([
    ['as the host sends it', 'HTTPS_PROXY=http://p:3128', 'http://p:3128'],
    ['that its filter did not see through', '"HTTPS_PROXY=http://u:pw\\x40p:3128"', 'http://p:3128'],
    ['without a scheme', 'https_proxy=u:pw@p:3128', 'p:3128'],
  ])('never gives the user and password of a proxy %s', (_name, text, value) => {
    expect(given(row('unit', text))[0]?.[1]).toBe(value)
  })

  it('names file and line, and no value that may be secret', () => {
    const [token] = givenVariables({ given: [row('unit', 'ETCD_INITIAL_CLUSTER_TOKEN=', { hidden: true })] })
    expect(token).toEqual({
      name: 'ETCD_INITIAL_CLUSTER_TOKEN',
      value: undefined,
      source: `${DROP_IN}, line 2`,
    })
  })
})

it('takes what a process has as it is', () => {
  const process = [row('process', 'ETCD_A="quoted" 5%%')]
  expect(processVariables({ given: [], process })?.[0]?.value).toBe('"quoted" 5%%')
  expect(processVariables({ given: [] })).toBeUndefined()
})
