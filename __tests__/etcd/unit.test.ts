import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { memberFlags } from '../../src/etcd/flags.js'
import { parseExecStart } from '../../src/etcd/parse-unit.js'
import { renderUnit } from '../../src/etcd/unit.js'
import { desiredOf, type DesiredChanges } from './desired.fixture.js'

const unitOf = (changes: DesiredChanges = {}) => {
  const desired = desiredOf(changes)
  const [member] = desired.members
  if (!member) throw new Error('no member')
  return {
    desired,
    member,
    unit: renderUnit(desired, member, { founded: false }),
  }
}
const linesOf = (changes: DesiredChanges = {}) => unitOf(changes).unit.split('\n')

const DOCUMENT_FORM: DesiredChanges = {
  layout: { serviceUser: 'root' },
  etcd: { hardening: false, localHttpListener: true },
}

describe('renderUnit', () => {
  it("is the document's unit, with the three flags that are ours and a start that is never cut short and goes by no proxy", () =>
    expect(linesOf(DOCUMENT_FORM).filter((line) => !line.startsWith('#'))).toEqual([
      '[Unit]',
      'Description=Etcd Server',
      'After=network.target',
      'After=network-online.target',
      'Wants=network-online.target',
      'Documentation=https://github.com/coreos',
      '',
      '[Service]',
      'Type=notify',
      'WorkingDirectory=/var/lib/etcd',
      'ExecStart=/opt/kube/bin/etcd \\',
      '  --name=etcd-192.168.1.1 \\',
      '  --cert-file=/etc/kubernetes/ssl/etcd.pem \\',
      '  --key-file=/etc/kubernetes/ssl/etcd-key.pem \\',
      '  --peer-cert-file=/etc/kubernetes/ssl/etcd.pem \\',
      '  --peer-key-file=/etc/kubernetes/ssl/etcd-key.pem \\',
      '  --trusted-ca-file=/etc/kubernetes/ssl/ca.pem \\',
      '  --peer-trusted-ca-file=/etc/kubernetes/ssl/ca.pem \\',
      '  --initial-advertise-peer-urls=https://192.168.1.1:2380 \\',
      '  --listen-peer-urls=https://192.168.1.1:2380 \\',
      '  --listen-client-urls=https://192.168.1.1:2379,http://127.0.0.1:2379 \\',
      '  --advertise-client-urls=https://192.168.1.1:2379 \\',
      '  --initial-cluster-token=etcd-cluster-0 \\',
      '  --initial-cluster=etcd-192.168.1.1=https://192.168.1.1:2380,etcd-192.168.1.2=https://192.168.1.2:2380,etcd-192.168.1.3=https://192.168.1.3:2380 \\',
      '  --initial-cluster-state=new \\',
      '  --data-dir=/var/lib/etcd \\',
      '  --wal-dir= \\',
      '  --snapshot-count=50000 \\',
      '  --auto-compaction-retention=1 \\',
      '  --auto-compaction-mode=periodic \\',
      '  --max-request-bytes=10485760 \\',
      '  --quota-backend-bytes=8589934592 \\',
      '  --client-cert-auth=true \\',
      '  --peer-client-cert-auth=true \\',
      '  --listen-metrics-urls=http://127.0.0.1:2381',
      'Restart=always',
      'RestartSec=15',
      'TimeoutStartSec=infinity',
      'LimitNOFILE=65536',
      'OOMScoreAdjust=-999',
      'UnsetEnvironment=HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy',
      '',
      '[Install]',
      'WantedBy=multi-user.target',
      '',
    ]))

  it('runs as the service user, and root needs no line', () => {
    expect(linesOf()).toEqual(expect.arrayContaining(['User=etcd', 'Group=etcd']))
    expect(linesOf(DOCUMENT_FORM).filter((line) => /^(User|Group)=/.test(line))).toEqual([])
  })

  it('starts exactly the flags of the member, also with values that systemd would read as syntax', () => {
    const args = [
      { name: 'log-outputs', value: '/var/log/50% "$etcd" logs\\x' },
      { name: 'cors', value: '' },
    ]
    const changes: DesiredChanges = {
      etcd: { args },
      layout: { dataDir: '/srv/my data/100%', binDir: '/opt/a b' },
    }
    const { desired, member, unit } = unitOf(changes)
    const flags = memberFlags(desired, member)
    expect(parseExecStart(unit)).toEqual([
      '/opt/a b/etcd',
      ...flags.map(({ name, value }) => `--${name}=${value}`),
    ])
    expect(unit).toContain('\nWorkingDirectory=/srv/my data/100%%\n')
    expect(unit).toContain('\nReadWritePaths="/srv/my data/100%%"\n')
  })
})

describe('the sandbox', () => {
  it('is there only where it is asked for', () => {
    expect(linesOf()).toContain('ProtectSystem=strict')
    expect(linesOf(DOCUMENT_FORM).join('\n')).not.toMatch(
      /^(?:Protect|Private|Restrict|SystemCall|NoNew|UMask)/m,
    )
  })

  it.each<{ title: string; changes: DesiredChanges; has: string[]; hasNot: string[] }>([
    {
      title: 'both directories are writable',
      changes: { layout: { walDir: '/wal' } },
      has: [
        'ReadWritePaths=/var/lib/etcd /wal',
        'ProtectHome=yes',
        'PrivateTmp=yes',
        'CapabilityBoundingSet=',
      ],
      hasNot: ['AmbientCapabilities=CAP_NET_BIND_SERVICE'],
    },
    {
      title: 'homes stay visible when a path lies in one',
      changes: { layout: { caDir: '/home/etcd/ssl' } },
      has: ['PrivateTmp=yes'],
      hasNot: ['ProtectHome=yes'],
    },
    {
      title: '/homes is no home',
      changes: { layout: { caDir: '/homes/etcd' } },
      has: ['ProtectHome=yes'],
      hasNot: [],
    },
    {
      title: '/tmp stays visible when a path lies in it',
      changes: { layout: { dataDir: '/tmp/etcd' } },
      has: ['ProtectHome=yes'],
      hasNot: ['PrivateTmp=yes'],
    },
    {
      title: 'a port of root can be bound',
      changes: { etcd: { clientPort: 443 } },
      has: ['CapabilityBoundingSet=CAP_NET_BIND_SERVICE', 'AmbientCapabilities=CAP_NET_BIND_SERVICE'],
      hasNot: ['CapabilityBoundingSet='],
    },
  ])('$title', ({ changes, has, hasNot }) => {
    const lines = linesOf(changes)
    expect(lines).toEqual(expect.arrayContaining(has))
    expect(lines.filter((line) => hasNot.includes(line))).toEqual([])
  })

  const analyze = '/usr/bin/systemd-analyze'
  // Judging a unit file that is not installed came with systemd 250.
  const canAnalyze =
    existsSync(analyze) &&
    Number(/\d+/.exec(execFileSync(analyze, ['--version'], { encoding: 'utf8' }))?.[0]) >= 250
  it.runIf(canAnalyze)("leaves an exposure below 2.0 in systemd's own judgement", () => {
    const folder = mkdtempSync(join(tmpdir(), 'unit-'))
    try {
      const file = join(folder, 'etcd-under-test.service')
      writeFileSync(file, unitOf().unit)
      const report = execFileSync(analyze, ['security', '--offline=yes', '--no-pager', file], {
        encoding: 'utf8',
      })
      const exposure = /exposure level for .*: (\d+\.\d+)/.exec(report)?.[1]
      expect(Number(exposure)).toBeLessThan(2)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
