import { describe, expect, it } from 'vitest'
import {
  adviceOnRefusal,
  authenticationAdvice,
  authenticationRefusal,
} from '../../src/cluster/authentication.js'

describe('what etcd says of authentication', () => {
  // As etcdctl 3.4.23 to 3.7.1 wrote it.
  it.each([
    [
      'Failed to get the hash of endpoint https://127.0.0.1:2379 (rpc error: code = Unknown desc = auth: user not found)',
      'no-user',
    ],
    [
      'Failed to get the hash of endpoint https://127.0.0.1:2379 (etcdserver: user name not found)',
      'no-user',
    ],
    ['Error: rpc error: code = PermissionDenied desc = etcdserver: permission denied', 'no-role'],
    ['Error: rpc error: code = Unknown desc = auth: permission denied', 'no-role'],
    ['Error: etcdserver: user name is empty', 'no-name'],
    ['Error: etcdserver: authentication failed, invalid user ID or password', 'login'],
    [
      '{"level":"warn","error":"rpc error: code = Unauthenticated desc = etcdserver: invalid auth token"}',
      'login',
    ],
  ] as const)('%s', (text, cause) => {
    expect(authenticationRefusal(text)?.cause).toBe(cause)
    expect(adviceOnRefusal(text)).toBeTruthy()
  })

  it.each([
    "timeout: failed to run command '/opt/kube/bin/etcdctl': Permission denied",
    'open /etc/kubernetes/ssl/etcd-key.pem: permission denied',
    'oauth: permission denied',
    'Error: etcdserver: mvcc: required revision is a future revision',
    'Error: context deadline exceeded',
    '',
  ])('is nothing in: %s', (text) => expect(authenticationRefusal(text)).toBeUndefined())

  it('is answered by commands that can be copied, whatever the name', () => {
    const next = (user: string): string => authenticationAdvice({ cause: 'no-user', said: '' }, user)
    expect(next('etcd')).toContain('etcdctl user add etcd --no-password; etcdctl user grant-role etcd root')
    expect(next("o'hara & co")).toContain("etcdctl user add 'o'\\''hara & co' --no-password")
    expect(next('')).toContain('common name (CN)')
  })
})
