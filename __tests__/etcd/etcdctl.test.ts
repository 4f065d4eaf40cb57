import { describe, expect, it } from 'vitest'
import {
  endpointHealth,
  endpointStatus,
  leaseGrant,
  leaseRevoke,
  memberList,
  putLeased,
} from '../../src/etcd/etcdctl.js'

const access = {
  etcdctl: '/opt/kube/bin/etcdctl',
  endpoint: 'https://[2001:db8::1]:2379',
  caFile: '/etc/kubernetes/ssl/ca.pem',
  certFile: '/etc/kubernetes/ssl/etcd.pem',
  keyFile: '/etc/kubernetes/ssl/etcd-key.pem',
}
const COMMON = [
  '/opt/kube/bin/etcdctl',
  '--endpoints=https://[2001:db8::1]:2379',
  '--cacert=/etc/kubernetes/ssl/ca.pem',
  '--cert=/etc/kubernetes/ssl/etcd.pem',
  '--key=/etc/kubernetes/ssl/etcd-key.pem',
  '--command-timeout=5000ms',
  '--dial-timeout=2000ms',
  '--write-out=json',
]

describe('etcdctl command lines', () => {
  it.each([
    ['endpointHealth', endpointHealth(access), ['endpoint', 'health']],
    ['endpointStatus', endpointStatus(access), ['endpoint', 'status']],
    ['memberList', memberList(access), ['member', 'list']],
    ['leaseGrant', leaseGrant(access, 60), ['lease', 'grant', '60']],
    ['leaseRevoke', leaseRevoke(access, '6b94c1'), ['lease', 'revoke', '6b94c1']],
    [
      'putLeased',
      putLeased(access, '-key', '-value', '6b94c1'),
      ['put', '--lease=6b94c1', '--', '-key', '-value'],
    ],
  ])('%s', (_, { argv }, words) => expect(argv).toEqual([...COMMON, ...words]))

  it('no file is named for an endpoint without TLS', () => {
    const { argv } = endpointHealth({ ...access, endpoint: 'http://127.0.0.1:2379' })
    expect(argv).toContain('--endpoints=http://127.0.0.1:2379')
    expect(argv.filter((word) => /^--(?:cacert|cert|key)/.test(word))).toEqual([])
  })

  it('the process has longer than etcdctl itself', () => {
    const { argv, timeoutMs } = endpointHealth({ ...access, commandTimeoutMs: 20_000 })
    expect(argv).toContain('--command-timeout=20000ms')
    expect(timeoutMs).toBeGreaterThan(22_000)
  })
})
