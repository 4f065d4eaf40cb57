import { describe, expect, it } from 'vitest'
import { gatewayIsOff, memberFlags } from '../../src/etcd/flags.js'
import { ownedFlags } from '../../src/etcd/owned-flags.js'
import { desiredOf, type DesiredChanges } from './desired.fixture.js'

const flagsOf = (changes: DesiredChanges = {}) => {
  const desired = desiredOf(changes)
  const [member] = desired.members
  if (!member) throw new Error('no member')
  return memberFlags(desired, member)
}
const linesOf = (changes?: DesiredChanges) => flagsOf(changes).map(({ name, value }) => `--${name}=${value}`)

describe('memberFlags', () => {
  it("gives the document's flags in its order with its values, then ours", () =>
    expect(linesOf()).toEqual([
      '--name=etcd-192.168.1.1',
      '--cert-file=/etc/kubernetes/ssl/etcd.pem',
      '--key-file=/etc/kubernetes/ssl/etcd-key.pem',
      '--peer-cert-file=/etc/kubernetes/ssl/etcd.pem',
      '--peer-key-file=/etc/kubernetes/ssl/etcd-key.pem',
      '--trusted-ca-file=/etc/kubernetes/ssl/ca.pem',
      '--peer-trusted-ca-file=/etc/kubernetes/ssl/ca.pem',
      '--initial-advertise-peer-urls=https://192.168.1.1:2380',
      '--listen-peer-urls=https://192.168.1.1:2380',
      '--listen-client-urls=https://192.168.1.1:2379',
      '--advertise-client-urls=https://192.168.1.1:2379',
      '--initial-cluster-token=etcd-cluster-0',
      '--initial-cluster=etcd-192.168.1.1=https://192.168.1.1:2380,etcd-192.168.1.2=https://192.168.1.2:2380,etcd-192.168.1.3=https://192.168.1.3:2380',
      '--initial-cluster-state=new',
      '--data-dir=/var/lib/etcd',
      '--wal-dir=',
      '--snapshot-count=50000',
      '--auto-compaction-retention=1',
      '--auto-compaction-mode=periodic',
      '--max-request-bytes=10485760',
      '--quota-backend-bytes=8589934592',
      '--client-cert-auth=true',
      '--peer-client-cert-auth=true',
      '--listen-metrics-urls=http://127.0.0.1:2381',
    ]))

  it.each<{ title: string; changes: DesiredChanges; has: string[] }>([
    {
      title: "the document's plain listener, on the client port",
      changes: { etcd: { localHttpListener: true, clientPort: 12379 } },
      has: [
        '--listen-client-urls=https://192.168.1.1:12379,http://127.0.0.1:12379',
        '--advertise-client-urls=https://192.168.1.1:12379',
      ],
    },
    {
      title: 'a WAL directory',
      changes: { layout: { walDir: '/wal/etcd' } },
      has: ['--wal-dir=/wal/etcd/wal'],
    },
    {
      title: 'IPv6 in brackets',
      changes: { addresses: ['2001:db8::1'] },
      has: [
        '--name=etcd-2001:db8::1',
        '--listen-peer-urls=https://[2001:db8::1]:2380',
        '--listen-client-urls=https://[2001:db8::1]:2379',
        '--initial-cluster=etcd-2001:db8::1=https://[2001:db8::1]:2380',
      ],
    },
    {
      title: 'a DNS name is advertised, and every address listened on (etcd binds addresses only)',
      changes: { addresses: ['a.example.com'] },
      has: [
        '--initial-advertise-peer-urls=https://a.example.com:2380',
        '--listen-peer-urls=https://0.0.0.0:2380',
        '--listen-client-urls=https://0.0.0.0:2379',
        '--advertise-client-urls=https://a.example.com:2379',
      ],
    },
    {
      title: 'a port that is the default of https stays',
      changes: { addresses: ['a.example.com'], etcd: { clientPort: 443 } },
      has: ['--listen-client-urls=https://0.0.0.0:443', '--advertise-client-urls=https://a.example.com:443'],
    },
  ])('$title', ({ changes, has }) => expect(linesOf(changes)).toEqual(expect.arrayContaining(has)))

  it("puts etcd-args in place of the document's tuning, and others at the end; the last of two counts", () => {
    const args = [
      { name: 'snapshot-count', value: '1' },
      { name: 'heartbeat-interval', value: '200' },
      { name: 'snapshot-count', value: '10000' },
    ]
    const names = flagsOf().map(({ name }) => name)
    const changed = flagsOf({ etcd: { args } })
    expect(changed.map(({ name }) => name)).toEqual([...names, 'heartbeat-interval'])
    expect(changed.find(({ name }) => name === 'snapshot-count')?.value).toBe('10000')
  })

  it('refuses the plain listener beside a DNS name, where both would take the same port', () =>
    expect(() => flagsOf({ addresses: ['a.example.com'], etcd: { localHttpListener: true } })).toThrow(
      /^etcd-a\.example\.com: local-http-listener cannot be combined .* already takes 127\.0\.0\.1:2379; give that member/,
    ))
})

describe('ownedFlags', () => {
  const tuning = [
    'snapshot-count',
    'auto-compaction-retention',
    'auto-compaction-mode',
    'max-request-bytes',
    'quota-backend-bytes',
  ]

  it('own every flag that is set, except the tuning values and those that have one value alone', () =>
    expect(
      flagsOf()
        .map(({ name }) => name)
        .filter((name) => ownedFlags[name] === undefined),
    ).toEqual([...tuning, 'client-cert-auth', 'peer-client-cert-auth', 'listen-metrics-urls']))

  it.each([
    ['name', 'hosts'],
    ['initial-cluster-token', 'cluster-token'],
    ['heartbeat-interval', undefined],
    ['constructor', undefined],
  ])('%s belongs to %s', (flag, owner) => expect(ownedFlags[flag]).toBe(owner))
})

describe('gatewayIsOff', () => {
  const off = (...values: readonly string[]): boolean =>
    gatewayIsOff(
      desiredOf({ etcd: { args: values.map((value) => ({ name: 'enable-grpc-gateway', value })) } }),
    )

  it.each([
    [[], false],
    [['true'], false],
    [['false'], true],
    [['0'], true],
    [['false', 'true'], false],
  ])('--enable-grpc-gateway %j: %s', (values, is) => expect(off(...values)).toBe(is))

  it('takes no other flag for it', () =>
    expect(
      gatewayIsOff(desiredOf({ etcd: { args: [{ name: 'strict-reconfig-check', value: 'false' }] } })),
    ).toBe(false))
})
