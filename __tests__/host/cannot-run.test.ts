import { describe, expect, it } from 'vitest'
import { cannotRun } from '../../src/host/cannot-run.js'
import { refusalOf } from '../../src/host/refusal.js'
import type { HostSession } from '../../src/ssh/port.js'

describe('a program that could not be started', () => {
  // As timeout(1), dash and ld.so write it.
  it.each([
    [
      "timeout: failed to run command '/opt/kube/bin/etcd': Permission denied",
      /may not be started there/,
      /noexec.*SELinux/,
    ],
    ['sh: 1: /opt/kube/bin/etcd: Operation not permitted', /may not be started there/, /noexec/],
    [
      "timeout: failed to run command '/opt/kube/bin/etcd': No such file or directory",
      /program loader/,
      /as etcd publishes it/,
    ],
    [
      'bash: /opt/kube/bin/etcd: cannot execute: required file not found',
      /program loader/,
      /as etcd publishes it/,
    ],
    [
      'etcd: error while loading shared libraries: libx.so.1: cannot open shared object file: No such file or directory',
      /libraries/,
      /install them/,
    ],
    [
      "timeout: failed to run command '/opt/kube/bin/etcd': Cannot allocate memory",
      /no memory left/,
      /free -m/,
    ],
    ["timeout: failed to run command '/opt/kube/bin/etcd': Text file busy", /being written/, /run again/],
  ])('%s', (said, why, next) => {
    const reason = cannotRun(said, '/opt/kube/bin')
    expect(reason?.why).toMatch(why)
    expect(reason?.next).toMatch(next)
  })

  it.each([
    '/opt/kube/bin/etcd: 1: Syntax error: "(" unexpected',
    'Exec format error',
    'etcd: error while loading shared libraries: unexpected PLT reloc type 0xffffffff',
    'flag provided but not defined: -x',
    '',
  ])('says nothing of: %s', (said) => expect(cannotRun(said, '/opt')).toBeUndefined())
})

describe('a refusal', () => {
  const session = { member: 'etcd-1', target: 'root@10.0.0.1:22' } as HostSession
  const of = (stderr: string) => refusalOf(session, 'cannot do it', { code: 1, stdout: '', stderr }).message

  it.each([
    ['Error: etcdserver: permission denied', "etcd's authentication refuses it"],
    ['rpc error: code = Unknown desc = auth: user not found', "etcd's authentication refuses it"],
    ['cp: cannot create regular file: Permission denied', 'permission denied, even for root'],
    ['write: No space left on device', 'no space left on the disk'],
  ])('%s', (stderr, says) => expect(of(stderr)).toContain(`cannot do it: ${says} (${stderr})`))

  it('by etcd says nothing of a disk', () => {
    expect(of('Error: etcdserver: permission denied')).not.toMatch(/lsattr|disk|even for root/)
  })
})
