import { describe, expect, it } from 'vitest'
import { statusAsStranger } from '../../src/etcd/etcdctl.js'
import { authenticationOf } from '../../src/etcd/outcome.js'
import { checkV2Store, parseV2Check } from '../../src/etcd/v2store.js'

const ended = (code: number, stdout: string, stderr = '') => ({ code, stdout, stderr })

describe('etcdutl check v2store', () => {
  it('is told where the log is, where it is elsewhere', () => {
    const places = { binDir: '/opt/kube/bin', dataDir: '/var/lib/etcd', walDir: '' }
    expect(checkV2Store(places).argv.join(' ')).toBe(
      '/opt/kube/bin/etcdutl check v2store --data-dir=/var/lib/etcd',
    )
    expect(checkV2Store({ ...places, walDir: '/wal/wal' }).argv).toContain('--wal-dir=/wal/wal')
  })

  // What etcdutl 3.5.16, 3.5.30 and 3.5.33 wrote.
  it.each([
    [ended(0, 'No custom content found in both v2store and WAL records.\n'), { kind: 'none', reason: '' }],
    [
      ended(0, 'No custom content found in v2store.\n'),
      { kind: 'unread-log', reason: 'its etcdutl looks at the store only, not at the log' },
    ],
    [
      ended(1, '', 'Error: detected custom v2 content in WAL records\n'),
      { kind: 'found', reason: 'detected custom v2 content in WAL records' },
    ],
    [
      ended(1, '', 'Error: detected custom content in v2store\n'),
      { kind: 'found', reason: 'detected custom content in v2store' },
    ],
    [
      ended(1, '', 'Error: unknown command "check" for "etcdutl"\nRun \'etcdutl --help\' for usage.\n'),
      { kind: 'unknown', reason: 'its etcdutl has no check v2store' },
    ],
    [
      ended(1, '', 'Error: open /var/lib/etcd/member/wal: no such file or directory\n'),
      { kind: 'unknown', reason: 'open /var/lib/etcd/member/wal: no such file or directory' },
    ],
    [ended(0, ''), { kind: 'unknown', reason: 'its etcdutl said nothing' }],
  ])('%j', (result, fact) => {
    expect(parseV2Check(result)).toEqual(fact)
  })
})

describe('whether authentication is switched on', () => {
  it('is asked in the name of nobody', () => {
    const files = { caFile: '/ca', certFile: '/cert', keyFile: '/key' }
    const { argv } = statusAsStranger({ etcdctl: '/bin/etcdctl', endpoint: 'https://h:2379', ...files })
    expect(argv.slice(-3)).toEqual(['--user=etcd-deploy-nobody:nothing', 'endpoint', 'status'])
  })

  // What etcdctl 3.4.23 wrote.
  it.each([
    [ended(0, '[{}]'), false],
    [ended(2, '', 'Error: etcdserver: authentication failed, invalid user ID or password\n'), true],
    [ended(1, '', 'Error: context deadline exceeded\n'), undefined],
    [ended(127, '', 'not found'), undefined],
  ])('%j', (result, on) => {
    expect(authenticationOf(result)).toBe(on)
  })
})
