import { describe, expect, it } from 'vitest'
import type { Desired } from '../../src/cluster/desired.js'
import type { HostObserved } from '../../src/cluster/observed.js'
import type { Deviation } from '../../src/plan/deviation.js'
import { settledDeviations } from '../../src/plan/drift.js'
import { wantedUnit } from '../../src/plan/unit.js'
import * as w from './world.js'

const second = w.members[1]!
const running = w.runningHost(second)
const unit = (text: string): Partial<HostObserved> => ({
  service: { ...running.service, unit: { mode: '644', owner: 'root', text } },
})
const service = (change: Partial<HostObserved['service']>): Partial<HostObserved> => ({
  service: { ...running.service, ...change },
})
const deviations = (change: Partial<HostObserved>, desired = w.desired, now = w.now): readonly Deviation[] =>
  settledDeviations(desired, second, { ...running, ...change }, now)

describe('a member as it is asked for', () => {
  it('has no deviation', () => {
    expect(deviations({})).toEqual([])
  })
})

describe('one fact of one host changed', () => {
  const wanted = wantedUnit(w.desired, second)
  const binaries = { ...running.binaries, etcd: { sha256: 'aa', version: '3.5.16' } }
  const without = (path: 'ca' | 'certificate' | 'key'): Partial<HostObserved> => ({ [path]: undefined })
  const file = (text: string, mode = '644', owner = 'root') => ({ mode, owner, text })
  const cases: readonly [name: string, change: Partial<HostObserved>, what: string, detail: string][] = [
    ['another version', { binaries }, 'version', '/opt/kube/bin/etcd is 3.5.16, asked for 3.6.14'],
    [
      'a binary that does not run',
      { binaries: { ...binaries, etcd: { sha256: 'aa', version: '' } } },
      'version',
      'does not run',
    ],
    [
      'another etcdctl',
      { binaries: { ...running.binaries, etcdctl: { sha256: 'x', version: '3.5.16' } } },
      'version',
      'etcdctl is 3.5.16',
    ],
    [
      'no etcdutl',
      { binaries: { etcd: running.binaries.etcd!, etcdctl: running.binaries.etcdctl! } },
      'binaries',
      'there is no /opt/kube/bin/etcdutl',
    ],
    [
      'an older process',
      { process: { ...running.process!, exeSha256: 'ff' } },
      'binaries',
      'runs another binary than the one at /opt/kube/bin/etcd',
    ],
    [
      'an older command line',
      { process: { ...running.process!, argv: [...running.process!.argv, '--pre-vote=false'] } },
      'flags',
      '--pre-vote: false -> (none)',
    ],
    [
      'a flag in the unit',
      unit(wanted.replace('--snapshot-count=50000', '--snapshot-count=10000')),
      'unit',
      '--snapshot-count: 10000 -> 50000',
    ],
    [
      'a setting in the unit',
      unit(wanted.replace('Restart=always', 'Restart=no')),
      'unit',
      'Restart: no -> always',
    ],
    [
      'a line missing in the unit',
      unit(wanted.replace('RestartSec=15\n', '')),
      'unit',
      'RestartSec: (none) -> 15',
    ],
    [
      'a line more in the unit',
      unit(wanted.replace('[Install]', 'Nice=5\n\n[Install]')),
      'unit',
      'Nice: 5 -> (none)',
    ],
    [
      'another binary in the unit',
      unit(wanted.replace('/opt/kube/bin/etcd', '/usr/bin/etcd')),
      'unit',
      'ExecStart: /usr/bin/etcd -> /opt/kube/bin/etcd',
    ],
    [
      'a comment in the unit',
      unit(`# mine\n${wanted}`),
      'unit',
      'only comments, blanks or the order of lines differ',
    ],
    ['no unit', service({ unit: undefined }), 'unit', 'there is no /etc/systemd/system/etcd.service'],
    [
      'a unit not reloaded',
      service({ needsReload: true }),
      'unit',
      'systemd has not read the latest etcd.service yet',
    ],
    ['no CA', without('ca'), 'CA', 'there is no /etc/kubernetes/ssl/ca.pem'],
    ['another CA', { ca: file(w.otherCa.certPem) }, 'CA', 'holds other CA certificates than ca-cert'],
    ['no certificate', without('certificate'), 'certificate', 'there is no /etc/kubernetes/ssl/etcd.pem'],
    [
      'the certificate of another member',
      { certificate: w.runningHost(w.members[0]!).certificate },
      'certificate',
      'does not cover 10.0.0.2',
    ],
    ['a broken certificate', { certificate: file('x') }, 'certificate', 'cannot be read'],
    ['no key', without('key'), 'certificate', 'there is no /etc/kubernetes/ssl/etcd-key.pem'],
    [
      'an open key',
      { key: file('', '640', 'etcd') },
      'file modes',
      'etcd-key.pem has mode 0640, asked for 0600',
    ],
    [
      "somebody else's key",
      { key: file('', '600', 'root') },
      'file modes',
      'etcd-key.pem belongs to root, asked for etcd',
    ],
    [
      'an open data directory',
      { dataDir: { ...running.dataDir, mode: '755' } },
      'file modes',
      '/var/lib/etcd has mode 0755',
    ],
    [
      "somebody else's data directory",
      { dataDir: { ...running.dataDir, owner: 'root' } },
      'file modes',
      '/var/lib/etcd belongs to root',
    ],
  ]
  it.each(cases)('%s', (_, change, what, detail) => {
    expect(deviations(change)).toContainEqual({ what, detail: expect.stringContaining(detail) })
  })

  it('sees a CA in another order and with comments as the same', () => {
    const bundle = {
      ...w.desired,
      certificates: { ...w.desired.certificates, caPem: w.desired.certificates.caPem + w.otherCa.certPem },
    }
    const swapped = {
      mode: '644',
      owner: 'root',
      text: `# CAs\n${w.otherCa.certPem}\n${w.desired.certificates.caPem}`,
    }
    expect(deviations({ ca: swapped }, bundle).filter(({ what }) => what === 'CA')).toEqual([])
  })

  it('tells a certificate that has ended', () => {
    expect(deviations({}, w.desired, new Date('2100-01-01T00:00:00Z'))).toEqual([
      { what: 'certificate', detail: expect.stringContaining('expired at') },
    ])
  })
})

describe('something else asked for', () => {
  const cases: readonly [name: string, desired: Desired, what: string, detail: string][] = [
    [
      'a version',
      { ...w.desired, release: { ...w.desired.release, version: '3.7.1' } },
      'version',
      '3.6.14, asked for 3.7.1',
    ],
    [
      'a data directory',
      { ...w.desired, layout: { ...w.desired.layout, dataDir: '/data' } },
      'unit',
      '--data-dir: /var/lib/etcd -> /data',
    ],
    [
      'no sandbox',
      { ...w.desired, etcd: { ...w.desired.etcd, hardening: false } },
      'unit',
      'ProtectSystem: strict -> (none)',
    ],
    [
      'another subject',
      { ...w.desired, certificates: { ...w.desired.certificates, subject: [['CN', 'x']] } },
      'certificate',
      'wanted CN=x',
    ],
  ]
  it.each(cases)('%s', (_, desired, what, detail) => {
    expect(deviations({}, desired)).toContainEqual({ what, detail: expect.stringContaining(detail) })
  })
})
