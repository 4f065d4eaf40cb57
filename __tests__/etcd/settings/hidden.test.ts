import { describe, expect, it } from 'vitest'
import { shownUnitLines, shownValue, shownWords } from '../../../src/etcd/settings/hidden.js'

const SECRET = 'hunter2'

describe('a hand-written unit', () => {
  it.each([
    ['Environment=PASSWORD=hunter2', 'Environment=(not shown)'],
    ['  Environment = "A=1" "PASSWORD=hunter2"', '  Environment = (not shown)'],
    [
      'Environment="A=1" \\\n  "PASSWORD=hunter2" \\\n# why\n  B=hunter2\nUser=etcd',
      'Environment=(not shown)\n  (not shown)\n# why\n  (not shown)\nUser=etcd',
    ],
    ['#Environment=PASSWORD=hunter2', '#Environment=(not shown)'],
    ['; Environment=A=1 \\\n;  B=hunter2\nUser=etcd', '; Environment=(not shown)\n;  (not shown)\nUser=etcd'],
    ['SetCredential=pw:hunter2', 'SetCredential=(not shown)'],
    ['SetCredentialEncrypted=pw: \\\n  hunter2', 'SetCredentialEncrypted=(not shown)\n  (not shown)'],
    ['ExecStartPre=-/usr/bin/curl -u me:hunter2 https://x', 'ExecStartPre=-/usr/bin/curl (not shown)'],
    ['ExecStop=/bin/x \\\n  hunter2', 'ExecStop=/bin/x (not shown)\n  (not shown)'],
    [
      'ExecStart=/usr/bin/etcd --name=a --discovery-password=hunter2',
      'ExecStart=/usr/bin/etcd --name=a --discovery-password=(not shown)',
    ],
    [
      'ExecStart=/usr/bin/etcd \\\n  --discovery-user root:hunter2 \\\n  --name=a',
      'ExecStart=/usr/bin/etcd \\\n  --discovery-user (not shown) \\\n  --name=a',
    ],
    [
      'ExecStart=/usr/bin/env DB_PASSWORD=hunter2 /usr/bin/etcd',
      'ExecStart=/usr/bin/env DB_PASSWORD=(not shown) /usr/bin/etcd',
    ],
    [
      'ExecStart=/usr/bin/etcd --discovery-proxy=http://me:hunter2@proxy',
      'ExecStart=/usr/bin/etcd --discovery-proxy=http://(not shown)@proxy',
    ],
    ['Documentation=https://me:hunter2@wiki/etcd', 'Documentation=https://(not shown)@wiki/etcd'],
  ])('%j is shown without its secret', (text, shown) => {
    const lines = shownUnitLines(text.split('\n'))
    expect(lines).toHaveLength(text.split('\n').length)
    expect(lines.join('\n')).toBe(shown)
    expect(lines.join('\n')).not.toContain(SECRET)
  })

  it.each([
    'EnvironmentFile=-/etc/default/etcd',
    'ExecStart=/usr/bin/etcd --initial-cluster=a=https://a:2380,b=https://b:2380 --initial-cluster-token=t',
    '# Written by etcd-deploy, which replaces changes made here: change its inputs instead.',
    'UnsetEnvironment=HTTP_PROXY',
    '[Service]',
    'Environment=',
    'RestartSec=15',
  ])('%j is shown as it is', (line) => expect(shownUnitLines([line])).toEqual([line]))

  it('has its settings and flags shown by name', () => {
    expect(shownValue('Environment', SECRET)).toBe('(not shown)')
    expect(shownValue('[Mount] Environment', SECRET)).toBe('(not shown)')
    expect(shownValue('--discovery-token', SECRET)).toBe('(not shown)')
    expect(shownValue('--c', `PASSWORD=${SECRET} exec etcd`)).toBe('PASSWORD=(not shown) exec etcd')
    expect(shownValue('--wal-dir', '')).toBe('')
    expect(shownValue('User', 'etcd')).toBe('etcd')
  })

  it('has the command line in its status shown likewise', () =>
    expect(shownWords(`  |  └─42 /usr/bin/etcd --discovery-password ${SECRET} --name=a`)).toBe(
      '  |  └─42 /usr/bin/etcd --discovery-password (not shown) --name=a',
    ))
})
