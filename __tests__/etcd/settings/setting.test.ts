import { describe, expect, it } from 'vitest'
import { ignoredBy } from '../../../src/etcd/settings/ignored.js'
import { flagOf, shown, variableOf } from '../../../src/etcd/settings/names.js'
import { settingOf } from '../../../src/etcd/settings/setting.js'

const variable = (name: string, value: string) => ({ name, value, source: '/etc/default/etcd, line 1' })
const flags = (...pairs: readonly (readonly [string, string])[]) =>
  new Map(pairs.map(([name, value]) => [`--${name}`, [value]] as const))

/** Seen with 3.4.23, 3.5.33, 3.6.14 and 3.7.1. */
describe('settingOf', () => {
  it.each([
    ['the default', flags(), [], { from: 'default', value: undefined, source: '' }],
    ['a flag', flags(['name', 'a']), [], { from: 'flag', value: 'a', source: '--name' }],
    [
      'a variable',
      flags(),
      [variable('ETCD_NAME', 'b')],
      { from: 'variable', value: 'b', source: '/etc/default/etcd, line 1' },
    ],
    [
      'a flag before a variable',
      flags(['name', 'a']),
      [variable('ETCD_NAME', 'b')],
      { from: 'flag', value: 'a', source: '--name' },
    ],
    [
      'no variable that is empty',
      flags(),
      [variable('ETCD_NAME', '')],
      { from: 'default', value: undefined, source: '' },
    ],
    [
      'a config file before everything',
      flags(['name', 'a'], ['config-file', '/etc/etcd.yml']),
      [variable('ETCD_NAME', 'b')],
      { from: 'config file', value: undefined, source: '/etc/etcd.yml' },
    ],
    [
      'one that a variable names, too',
      flags(['name', 'a']),
      [variable('ETCD_CONFIG_FILE', '/etc/etcd.yml')],
      { from: 'config file', value: undefined, source: '/etc/etcd.yml (/etc/default/etcd, line 1)' },
    ],
  ])('is %s', (_name, given, variables, expected) => {
    expect(settingOf('name', { flags: given, variables })).toEqual(expected)
  })
})

it('names variables as etcd does, and back', () => {
  expect(variableOf('--peer-client-cert-auth')).toBe('ETCD_PEER_CLIENT_CERT_AUTH')
  expect(flagOf('ETCD_PEER_CLIENT_CERT_AUTH')).toBe('peer-client-cert-auth')
  expect(flagOf('HTTPS_PROXY')).toBeUndefined()
})

it.each([
  ['ETCD_NAME', 'a', 'ETCD_NAME=a'],
  ['ETCD_AUTH_TOKEN', 'jwt,key=x', 'ETCD_AUTH_TOKEN'],
  ['ETCD_NAME', undefined, 'ETCD_NAME'],
])('shows %s=%s as %s', (name, value, expected) => {
  expect(shown({ name, value })).toBe(expected)
})

describe('ignoredBy', () => {
  it.each([
    ['3.5.33', 'ETCD_ENABLE_V2', 'true', undefined],
    ['3.6.14', 'ETCD_ENABLE_V2', 'true', 'gone since 3.6: leave it out'],
    ['3.6.14', 'ETCD_EXPERIMENTAL_INITIAL_CORRUPT_CHECK', 'true', undefined],
    [
      '3.7.1',
      'ETCD_EXPERIMENTAL_INITIAL_CORRUPT_CHECK',
      'true',
      'gone since 3.7: use --feature-gates=InitialCorruptCheck=true',
    ],
    [
      '3.7.1',
      'ETCD_EXPERIMENTAL_WATCH_PROGRESS_NOTIFY_INTERVAL',
      '5s',
      'gone since 3.7: use --watch-progress-notify-interval',
    ],
    ['3.7.1', 'ETCD_HEARTBEAT_INTERVAL', '100', undefined],
    ['3.7.1', 'GODEBUG', 'x', undefined],
  ])('%s: %s=%s', (version, name, value, expected) => {
    expect(ignoredBy(version, name, value)).toBe(expected)
  })
})
