import { describe, expect, it } from 'vitest'
import { clockOf, parseFacts } from '../../src/host/facts-parse.js'

const layout = {
  binDir: '/opt/kube/bin',
  caDir: '/etc/kubernetes/ssl',
  dataDir: '/var/lib/etcd',
  walDir: '',
  serviceName: 'etcd',
  serviceUser: 'etcd',
}
const trip = { sentMs: 1_000, gotMs: 1_100 }
const coded = (text: string): string => Buffer.from(text).toString('base64')
const parse = (...rows: readonly (readonly string[])[]) =>
  parseFacts({
    member: 'etcd-1',
    layout,
    tempDir: '/tmp',
    trip,
    text: [...rows, ['end']].map((row) => row.join('\t')).join('\n') + '\n',
  })

describe('parseFacts', () => {
  it('refuses an answer that is cut off', () => {
    const text = 'clock\t1\ninit\tsystemd\n'
    expect(() => parseFacts({ member: 'etcd-1', layout, tempDir: '/tmp', trip, text })).toThrow(/cut off/)
  })

  it('reads the service with its unit', () => {
    const { service } = parse(
      ['show', 'LoadState=loaded'],
      ['show', 'ActiveState=active'],
      ['show', 'SubState=running'],
      ['show', 'Result=success'],
      ['show', 'MainPID=77'],
      ['show', 'NRestarts=3'],
      ['show', 'UnitFileState=enabled'],
      ['show', 'NeedDaemonReload=yes'],
      [
        'show',
        'DropInPaths=/usr/lib/systemd/system/service.d/all.conf /etc/systemd/system/etcd.service.d/a.conf',
      ],
      ['stat', '644', 'root', 'regular file', '/etc/systemd/system/etcd.service'],
      ['text', 'unit', coded('[Unit]\nA=b=c\n')],
    )
    expect(service).toEqual({
      loadState: 'loaded',
      activeState: 'active',
      subState: 'running',
      result: 'success',
      mainPid: 77,
      restarts: 3,
      unitFileState: 'enabled',
      needsReload: true,
      dropIns: ['/etc/systemd/system/etcd.service.d/a.conf'],
      unit: { mode: '644', owner: 'root', text: '[Unit]\nA=b=c\n' },
    })
  })

  it.each([
    ['Assert', '7', { startRefused: 'assert' }],
    ['Condition', '7', { startRefused: 'condition' }],
    // Never asked: systemd says no all the same.
    ['Assert', '0', {}],
  ])('tells a start that was refused by %s at %s', (kind, at, refused) => {
    const { service } = parse(
      ['show', `${kind}Result=no`],
      ['show', `${kind}TimestampMonotonic=${at}`],
      ['show', `${kind === 'Assert' ? 'Condition' : 'Assert'}Result=yes`],
    )
    expect(service.startRefused).toBe('startRefused' in refused ? refused.startRefused : undefined)
  })

  it.each([
    ['0000000000000002-00000000000186a4.snap', { term: '2', index: '100004' }],
    ['000000000000000a-ffffffffffffffff.snap', { term: '10', index: '18446744073709551615' }],
    ['*-*.snap', undefined],
    ['0000000000000002-00000000000186a4.snap.broken', undefined],
    ['', undefined],
  ])('reads term and index of the raft snapshot %s', (name, expected) => {
    expect(parse(['snap', name]).raftSnapshot).toEqual(expected)
  })

  it('takes the digest of the running process from the binary when it is the same file', () => {
    const binary = ['binary', 'etcd', 'abc', '3.5.16']
    const running = ['process', '77', coded('/opt/kube/bin/etcd\0--name=a b\0--wal-dir=\0')]
    expect(parse(binary, running, ['exe', 'same']).process).toEqual({
      pid: 77,
      exeSha256: 'abc',
      argv: ['/opt/kube/bin/etcd', '--name=a b', '--wal-dir='],
    })
    expect(parse(binary, running, ['exe', 'def']).process?.exeSha256).toBe('def')
    expect(parse(binary).process).toBeUndefined()
    expect(parse(binary, ['process', '77', '']).process).toBeUndefined()
  })

  it.each([
    ['before the process began', '990', '1000', false],
    ['as it began, as far as whole seconds tell', '1002', '1000', false],
    ['after it had begun', '1003', '1000', true],
  ])('sees a CA file that was put there %s', (_name, changed, born, since) => {
    const running = ['process', '77', coded('etcd')]
    const ca = ['stat', '644', 'root', 'regular file', `${layout.caDir}/ca.pem`, changed]
    expect(parse(running, ['born', born], ca).process?.caChangedSince).toBe(since)
    expect(parse(running, ca).process).not.toHaveProperty('caChangedSince')
    expect(parse(running, ['born', born]).process).not.toHaveProperty('caChangedSince')
  })

  it.each([
    ['X.Y.Z', '3.6.14', '3.6.14'],
    ['a pre-release', '3.8.0-alpha.0', '3.8.0-alpha.0'],
    ['no version', 'hello', ''],
    ['nothing', '', ''],
  ])('reads %s as version', (_name, printed, version) => {
    expect(parse(['binary', 'etcd', 'abc', printed]).binaries.etcd).toEqual({ sha256: 'abc', version })
  })

  it('gives each directory its own free space', () => {
    const facts = parse(
      ['stat', '700', 'etcd', 'directory', '/var/lib/etcd'],
      ['dir', 'data', 'yes', 'no'],
      ['dir', 'bin', 'no', 'yes'],
      ['storage', '0 0 9 10'],
      ['storage', '0 0 100 4'],
    )
    expect(facts.dataDir).toEqual({
      exists: true,
      empty: false,
      mode: '700',
      owner: 'etcd',
      writable: true,
      availableBytes: 90,
    })
    expect(facts.binDir).toMatchObject({ exists: false, empty: true, writable: false, availableBytes: 400 })
  })

  it('leaves out another etcd that is ending', () => {
    expect(parse(['foreign', '9', coded('0::/etcd.service\n'), '']).foreignEtcd).toEqual([])
  })

  it('leaves out our own that judges a certificate', () => {
    const line = coded('etcd\0--data-dir=/var/lib/.etcd-deploy-judge-etcd/data\0')
    expect(parse(['foreign', '9', coded('0::/x.scope\n'), line]).foreignEtcd).toEqual([])
  })

  it.each([
    ['unified', '0::/system.slice/etcd.service\n', 'etcd.service'],
    ['older', '4:memory:/x.scope\n1:name=systemd:/system.slice/my-etcd.service\n0::/\n', 'my-etcd.service'],
    ['none', '0::/\n', ''],
  ])('reads the unit of another etcd from its cgroup, %s', (_name, cgroup, unit) => {
    expect(parse(['foreign', '9', coded(cgroup), coded('etcd\0--data-dir\0/x\0')]).foreignEtcd).toEqual([
      { pid: 9, unit, argv: ['etcd', '--data-dir', '/x'] },
    ])
  })

  it('reads ports, and a process on two addresses once', () => {
    expect(
      parse(
        ['listener', '2379', '5', 'etcd'],
        ['listener', '2379', '5', 'etcd'],
        ['listener', '2380', '0', ''],
      ).listeners,
    ).toEqual([
      { port: 2379, pid: 5, command: 'etcd' },
      { port: 2380, pid: 0, command: '' },
    ])
  })

  it('tells an empty marker from none', () => {
    expect(parse(['text', 'marker', '']).bootstrapMarker).toBe('')
    expect(parse().bootstrapMarker).toBeUndefined()
  })
})

describe('clockOf', () => {
  const ns = (ms: number): string => `${String(ms).padStart(13, '0')}000000`
  const base = 1_700_000_000_000

  it.each([
    ['equal clocks', [base + 40, base + 60], { clockSkewMs: 0, clockErrorMs: 40 }],
    [
      'a host an hour ahead',
      [base + 3_600_040, base + 3_600_060],
      { clockSkewMs: 3_600_000, clockErrorMs: 40 },
    ],
    ['a host behind', [base - 960, base - 940], { clockSkewMs: -1000, clockErrorMs: 40 }],
    ['all of the time spent there', [base, base + 100], { clockSkewMs: 0, clockErrorMs: 0 }],
  ])('%s', (_name, [began, done], expected) => {
    expect(clockOf([ns(began!), ns(done!)], { sentMs: base, gotMs: base + 100 })).toEqual(expected)
  })

  it('makes do with seconds where date knows no more', () => {
    const { clockSkewMs } = clockOf(['1700000000N', '1700000000N'], { sentMs: base, gotMs: base + 100 })
    expect(Math.abs(clockSkewMs)).toBeLessThan(1000)
  })
})
