import { describe, expect, it } from 'vitest'
import type { EndpointHealth } from '../../src/cluster/health.js'
import { type WarnedOf, warningsOf } from '../../src/cluster/warnings.js'
import { endpoint, verdict } from '../report/samples.js'

const MIB = 2 ** 20
const OF: WarnedOf = {
  quotaBytes: 100 * MIB,
  adviceOnRelease: (version) => (version.startsWith('3.4.') ? `etcd ${version} is old` : undefined),
}

interface Case {
  readonly name: string
  readonly more: Partial<EndpointHealth>
  readonly of?: Partial<WarnedOf>
  readonly warning?: RegExp
}

const CASES: readonly Case[] = [
  { name: 'a database with room', more: { dbSize: 79 * MIB } },
  {
    name: 'one near the quota that was asked for',
    more: { dbSize: 80 * MIB },
    warning: /is at 80 % of its quota of 100 MiB/,
  },
  {
    name: 'one near the quota it tells itself',
    more: { dbSize: 9 * MIB, dbSizeQuota: 10 * MIB },
    warning: /is at 90 % .* 10 MiB/,
  },
  { name: 'one whose own quota is larger', more: { dbSize: 90 * MIB, dbSizeQuota: 1000 * MIB } },
  { name: 'one whose quota nobody knows', more: { dbSize: 90 * MIB }, of: { quotaBytes: undefined } },
  {
    name: 'a full one, once',
    more: { dbSize: 100 * MIB, alarms: ['NOSPACE'] },
    warning: /has raised the alarm NOSPACE: .* takes no writes; .*compact.*defrag.*disarm/,
  },
  {
    name: 'one with other data',
    more: { alarms: ['CORRUPT'] },
    warning: /alarm CORRUPT: .*restart, remove and replace no member/,
  },
  {
    name: 'an alarm of a kind that is not known',
    more: { alarms: ['alarm 7'] },
    warning: /alarm alarm 7; look at the journal/,
  },
  { name: 'an old release', more: { version: '3.4.23' }, warning: /^etcd 3\.4\.23 is old$/ },
  { name: 'one that does not answer', more: { version: '', dbSize: 0, healthy: false } },
]

describe('warningsOf', () => {
  it.each(CASES)('$name', ({ more, of = {}, warning }) => {
    const warnings = warningsOf(verdict({ endpoints: [endpoint(1, more), endpoint(2)] }), { ...OF, ...of })
    expect(warnings).toEqual(warning ? [expect.stringMatching(warning)] : [])
  })

  it('says an old release once for all', () => {
    const endpoints = [1, 2, 3].map((number) => endpoint(number, { version: '3.4.23' }))
    expect(warningsOf(verdict({ endpoints }), OF)).toHaveLength(1)
  })

  it('names a member that serves clients without TLS', () => {
    const [member] = verdict().members
    const members = [{ ...member!, clientUrls: ['https://10.0.0.1:2379', 'http://10.0.0.1:2378'] }]
    expect(warningsOf(verdict({ members }), OF)).toEqual([
      expect.stringMatching(/^etcd-192\.168\.1\.1 serves clients without TLS at http:\/\/10\.0\.0\.1:2378: /),
    ])
  })
})
