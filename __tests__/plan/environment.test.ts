import { describe, expect, it } from 'vitest'
import type { EnvironmentRow, HostObserved } from '../../src/cluster/observed.js'
import { environmentFindings } from '../../src/plan/environment/findings.js'
import { environmentSaid } from '../../src/plan/environment/notes.js'
import { makePlan } from '../../src/plan/make-plan.js'
import { changed, planOf, unit } from './change/worlds.js'
import * as w from './world.js'

const DROP_IN = '/etc/systemd/system/etcd.service.d/10.conf'
const UNIT = '/etc/systemd/system/etcd.service'
const row = (
  kind: EnvironmentRow['kind'],
  text: string,
  more: Partial<EnvironmentRow> = {},
): EnvironmentRow => ({
  ...{ kind, text, hidden: false },
  ...(kind === 'manager' || kind === 'process' ? {} : { file: DROP_IN, line: 2, by: DROP_IN }),
  ...more,
})
const having = (...rows: readonly EnvironmentRow[]): Pick<HostObserved, 'environment'> => ({
  environment: {
    given: rows.filter(({ kind }) => kind !== 'process'),
    process: rows.filter(({ kind }) => kind === 'process'),
  },
})
const rolls = unit('--snapshot-count=50000', '--snapshot-count=1')

const FATAL: readonly (readonly [string, EnvironmentRow, RegExp])[] = [
  [
    'a variable of a flag',
    row('unit', 'ETCD_DATA_DIR=/x'),
    /^ETCD_DATA_DIR=\/x is set in .*10.conf, line 2, .* its flag --data-dir/,
  ],
  ['one with the same value', row('unit', 'ETCD_CLIENT_CERT_AUTH=true'), /its flag --client-cert-auth/],
  ['one that is empty', row('unit', 'ETCD_WAL_DIR='), /its flag --wal-dir/],
  [
    'one of systemd itself',
    row('manager', 'ETCD_NAME=a'),
    /^ETCD_NAME=a is set in the environment of systemd/,
  ],
  [
    'one in a file',
    row('file', 'ETCD_NAME=a', { file: '/etc/default/etcd' }),
    /is set in \/etc\/default\/etcd, line 2/,
  ],
  ['one that was passed on', row('passed', 'ETCD_NAME=a'), /10.conf, line 2 \(PassEnvironment=\)/],
  [
    'a token, whose value is not told',
    row('unit', 'ETCD_INITIAL_CLUSTER_TOKEN=', { hidden: true }),
    /^ETCD_INITIAL_CLUSTER_TOKEN is set/,
  ],
  [
    'a config file',
    row('unit', 'ETCD_CONFIG_FILE=/etc/e.yml'),
    /^ETCD_CONFIG_FILE makes etcd read all settings from \/etc\/e.yml/,
  ],
  [
    'another command',
    row('start', '/usr/bin/etcd --name=x'),
    /^a drop-in starts another command .*10.conf, line 2/,
  ],
  [
    'a file that is not there',
    row('missing', '', { file: '/etc/gone' }),
    /^there is no \/etc\/gone, which .*10.conf, line 2 names/,
  ],
]

describe('what a member would fail at', () => {
  it.each(FATAL)('%s: blocks the roll, and is warned of where none is', (_name, one, said) => {
    const plan = planOf(changed({ 1: (host) => ({ ...rolls(host), ...having(one) }) }))
    expect(plan.kind).toBe('blocked')
    expect(plan.findings.map(({ member }) => member)).toEqual(['etcd-10.0.0.2'])
    expect(plan.findings[0]?.problem).toMatch(said)

    const idle = planOf(changed({ 1: () => having(one) }))
    expect(idle.kind).toBe('none')
    expect(idle.warnings?.[0]).toMatch(/^etcd-10.0.0.2 would not come back from its next restart: /)
    expect(idle.warnings?.[0]?.replace(/^.*? restart: /, '')).toMatch(said)
  })

  it.each(FATAL)('%s: blocks the bootstrap', (_name, one, said) => {
    const plan = makePlan(
      w.desired,
      w.world(w.hostsOf(w.bareHost, w.but(w.bareHost, having(one)), w.bareHost)),
      {
        now: w.now,
      },
    )
    expect(plan.kind).toBe('blocked')
    expect(plan.findings[0]?.problem).toMatch(said)
  })

  it.each<[string, readonly EnvironmentRow[]]>([
    ['a variable of no flag of ours', [row('unit', 'ETCD_HEARTBEAT_INTERVAL=200')]],
    ['one that is taken away again', [row('manager', 'ETCD_NAME=a'), row('unset', 'ETCD_NAME')]],
    ['one in a unit that is about to be replaced', [row('unit', 'ETCD_NAME=a', { file: UNIT, by: UNIT })]],
    [
      'a file that such a unit names and that is not there',
      [row('missing', '', { file: '/etc/gone', by: UNIT })],
    ],
    ['a proxy, which the unit takes away', [row('manager', 'HTTPS_PROXY=http://p:1')]],
  ])('is not %s', (_name, rows) => {
    const host = { ...w.bareHost(w.members[0]!), ...having(...rows) }
    expect(environmentFindings(w.desired, w.members[0]!, host)).toEqual([])
  })

  it('is not the same command, started by a drop-in', () => {
    const member = w.members[0]!
    const argv = w.runningHost(member).process!.argv
    const same = row('start', argv.map((word) => `"${word}"`).join(' '))
    expect(environmentFindings(w.desired, member, { ...w.bareHost(member), ...having(same) })).toEqual([])
  })

  it('is what a release goes by and the next one takes no notice of', () => {
    const check = 'ETCD_EXPERIMENTAL_INITIAL_CORRUPT_CHECK'
    const to = (version: string) => ({ ...w.desired, release: { ...w.desired.release, version } })
    const host = (value: string) => ({
      ...w.runningHost(w.members[0]!),
      ...having(row('file', `${check}=${value}`), row('process', `${check}=${value}`)),
    })
    const [lost] = environmentFindings(to('3.7.1'), w.members[0]!, host('True'))
    expect(lost?.problem).toMatch(
      /is in use, and etcd 3.7.1 takes no notice of it \(gone since 3.7: use --feature-gates/,
    )
    expect(environmentFindings(to('3.7.1'), w.members[0]!, host('false'))).toEqual([])
    expect(environmentFindings(to('3.6.14'), w.members[0]!, host('True'))).toEqual([])
  })
})

describe('what members take from their environment', () => {
  const said = (...hosts: readonly Pick<HostObserved, 'environment'>[]) =>
    environmentSaid(w.desired, changed(Object.fromEntries(hosts.map((host, index) => [index, () => host]))))
  const both = (text: string) => having(row('unit', text), row('process', text))

  it('is warned of where it is not the same for all', () => {
    expect(said(having(), both('ETCD_HEARTBEAT_INTERVAL=200'), having()).warnings).toEqual([
      'the members do not run with the same ETCD_HEARTBEAT_INTERVAL: etcd-10.0.0.1 without it, ' +
        'etcd-10.0.0.2 200 (the environment of its process), etcd-10.0.0.3 without it; give it to all of them as etcd-args, ' +
        'and take it out where it is set',
    ])
  })

  it.each(['GODEBUG=http2server=0', 'ETCD_QUOTA_BACKEND_BYTES=5', 'GOMAXPROCS=1'])(
    'counts %s too',
    (text) => {
      expect(said(both(text), having(), having()).warnings).toHaveLength(1)
    },
  )

  it('is noted where it is', () => {
    const one = both('ETCD_LOG_LEVEL=debug')
    expect(said(one, one, one)).toEqual({
      warnings: [],
      notes: w.names.map((name) => `${name}: ETCD_LOG_LEVEL=debug comes from ${DROP_IN}, line 2, and counts`),
    })
  })

  it('is the same where it is true and True', () => {
    const [a, b] = [both('ETCD_STRICT_RECONFIG_CHECK=true'), both('ETCD_STRICT_RECONFIG_CHECK=True')]
    expect(said(a, b, a).warnings).toEqual([])
  })

  it('is noted where the next start changes it', () => {
    const host = having(row('unit', 'GOGC=50'), row('process', 'GOGC=100'))
    expect(said(host, host, host).notes).toContain(
      `etcd-10.0.0.1: its next start changes GOGC: 50 (${DROP_IN}, line 2)`,
    )
  })

  it('is noted where the release takes no notice of it', () => {
    const host = both('ETCD_ENABLE_V2=true')
    expect(said(host, host, host).notes.at(-1)).toBe(
      `etcd-10.0.0.3: etcd 3.6.14 takes no notice of ETCD_ENABLE_V2=true in ${DROP_IN}, line 2 (gone since 3.6: leave it out)`,
    )
  })

  it.each(['ETCD_INITIAL_CLUSTER_STATE=new', 'NO_PROXY=10.0.0.1', 'HTTPS_PROXY=http://p:1'])(
    'is no word worth: %s',
    (text) => {
      expect(said(both(text), having(), having())).toEqual({ notes: [], warnings: [] })
    },
  )
})
