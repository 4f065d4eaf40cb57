import { X509Certificate } from 'node:crypto'
import * as w from '../world.js'
import { type Change, down, service, unit } from './worlds.js'

const open: Change = (host) => ({ key: { ...host.key!, mode: '640' } })
const serialOf = (pem: string): string =>
  new X509Certificate(pem).serialNumber.toLowerCase().replace(/^0+/, '')
const GUARD = 'AssertPathExists=/var/lib/etcd/member/wal\n'
const file = (text: string) => ({ mode: '644', owner: 'root', text })

/** One fact changed of one member, and the steps that follow from it: `@` stands for that member. */
export const MUTATIONS: readonly [name: string, change: Change, steps: readonly string[]][] = [
  ['an open key', open, ['correct-host @']],
  ["somebody else's key", (host) => ({ key: { ...host.key!, owner: 'root' } }), ['correct-host @']],
  ['an open data directory', (host) => ({ dataDir: { ...host.dataDir, mode: '755' } }), ['correct-host @']],
  [
    "somebody else's data directory",
    (host) => ({ dataDir: { ...host.dataDir, owner: 'root' } }),
    ['correct-host @'],
  ],
  ['a disabled unit', service({ unitFileState: 'disabled' }), ['correct-host @']],
  ['a comment in the unit', unit('[Service]', '# mine\n[Service]'), ['correct-host @']],
  // What counts at the next start only.
  ['a unit that starts without a log', unit(GUARD, ''), ['correct-host @']],
  ['a unit that asks for a log elsewhere', unit('member/wal\n', 'wal\n'), ['correct-host @']],
  ['no such line, and a comment', unit(GUARD, '# mine\n'), ['correct-host @']],
  [
    'no such line, and another setting',
    unit(`${GUARD}\n[Service]`, '\n[Service]\nNice=1'),
    ['stage @', 'roll-member @ unit'],
  ],
  [
    'no such line where it is stopped',
    (host) => ({ ...unit(GUARD, '')(host), ...down({ ...host, ...unit(GUARD, '')(host) }) }),
    ['correct-host @', 'stage @', 'roll-member @ process'],
  ],
  [
    'no etcdutl',
    ({ binaries: { etcd, etcdctl } }) => ({ binaries: { etcd: etcd!, etcdctl: etcdctl! } }),
    ['install-release @'],
  ],
  [
    'another etcdctl',
    ({ binaries }) => ({ binaries: { ...binaries, etcdctl: { sha256: 'x', version: '3.5.16' } } }),
    ['install-release @'],
  ],
  ['no certificate', () => ({ certificate: undefined }), ['renew-certificate @']],
  ['no key', () => ({ key: undefined }), ['renew-certificate @']],
  ['a broken certificate', () => ({ certificate: file('x') }), ['renew-certificate @']],
  [
    'the CA as certificate',
    () => ({ certificate: file(w.desired.certificates.caPem) }),
    ['renew-certificate @'],
  ],
  [
    'another certificate on the wire',
    () => ({ wire: { kind: 'served', serial: 'abc' } }),
    ['renew-certificate @'],
  ],
  ['no handshake', () => ({ wire: { kind: 'broken' } }), ['renew-certificate @']],
  [
    'the same certificate on the wire',
    ({ certificate }) => ({ wire: { kind: 'served', serial: serialOf(certificate!.text) } }),
    [],
  ],
  ['a drop-in', service({ dropIns: ['/etc/systemd/system/etcd.service.d/a.conf'] }), []],
  ['another CA', () => ({ ca: file(w.otherCa.certPem) }), ['stage @', 'roll-member @ ca']],
  ['no CA', () => ({ ca: undefined }), ['stage @', 'roll-member @ ca']],
  [
    'a CA that was not read yet',
    ({ process }) => ({ process: { ...process!, caChangedSince: true } }),
    ['stage @', 'roll-member @ process'],
  ],
  ['a flag', unit('--snapshot-count=50000', '--snapshot-count=1'), ['stage @', 'roll-member @ unit']],
  // What runs has the right one.
  [
    'another data directory in the unit alone',
    unit('--data-dir=/var/lib/etcd', '--data-dir=/data'),
    ['stage @', 'roll-member @ unit'],
  ],
  [
    'a flag more',
    unit('--client-cert-auth=true', '--client-cert-auth=true --pre-vote=false'),
    ['stage @', 'roll-member @ unit'],
  ],
  ['a setting', unit('Restart=always', 'Restart=no'), ['stage @', 'roll-member @ unit']],
  [
    'a setting in another section',
    unit('After=network.target', 'After=network.target\n[Service]'),
    ['stage @', 'roll-member @ unit'],
  ],
  [
    'another client URL',
    unit('--advertise-client-urls=https://', '--advertise-client-urls=https://x.'),
    ['stage @', 'roll-member @ unit'],
  ],
  [
    'no unit',
    service({ unit: undefined, unitFileState: '' }),
    ['correct-host @', 'stage @', 'roll-member @ unit'],
  ],
  ['a unit not reloaded', service({ needsReload: true }), ['stage @', 'roll-member @ process']],
  [
    'an older process',
    ({ process }) => ({ process: { ...process!, exeSha256: 'ff' } }),
    ['stage @', 'roll-member @ process'],
  ],
  [
    'an older command line',
    ({ process }) => ({ process: { ...process!, argv: [...process!.argv, '--pre-vote=false'] } }),
    ['stage @', 'roll-member @ process'],
  ],
  ['a stopped service', down, ['stage @', 'roll-member @ process']],
  [
    'a restarting service',
    service({ activeState: 'activating', subState: 'auto-restart' }),
    ['stage @', 'roll-member @ process'],
  ],
  [
    'a binary that does not run',
    ({ binaries }) => ({ binaries: { ...binaries, etcd: { sha256: 'aa', version: '' } } }),
    ['stage @', 'roll-member @ release'],
  ],
  [
    'an older patch',
    ({ binaries }) => ({ binaries: { ...binaries, etcd: { sha256: 'aa', version: '3.6.13' } } }),
    ['stage @', 'roll-member @ release'],
  ],
  // What counts at the bootstrap only.
  ['another initial cluster', unit('--initial-cluster=', '--initial-cluster=old=https://10.9.9.9:2380,'), []],
  ['another initial state', unit('--initial-cluster-state=new', '--initial-cluster-state=existing'), []],
  ['another token', unit('--initial-cluster-token=etcd-cluster-0', '--initial-cluster-token=x'), []],
  [
    'a process that began with another initial cluster',
    ({ process }) => ({
      process: {
        ...process!,
        argv: process!.argv.map((word) =>
          word.startsWith('--initial-cluster=') ? '--initial-cluster=a=b' : word,
        ),
      },
    }),
    [],
  ],
]

/** One fact changed of one member that no roll may put right, with the problem and what to do. */
export const REFUSED: readonly [name: string, change: Change, problem: string, next: string][] = [
  [
    'no data',
    () => ({ hasMemberData: false }),
    'holds no member data in /var/lib/etcd',
    'bring its disk back',
  ],
  [
    'a process with another data directory',
    ({ process }) => ({
      process: {
        ...process!,
        argv: process!.argv.map((word) => word.replace('--data-dir=/var/lib/etcd', '--data-dir=/data')),
      },
    }),
    'runs with --data-dir=/data, asked for /var/lib/etcd (data-dir)',
    'nothing has to be moved there: set data-dir to /data, as it runs now',
  ],
  [
    'a process with a log elsewhere',
    ({ process }) => ({ process: { ...process!, argv: [...process!.argv, '--wal-dir=/wal'] } }),
    'runs with --wal-dir=/wal, asked for none (wal-dir)',
    'which no input can say; leave it as it is',
  ],
  [
    'another name',
    ({ process }) => ({ process: { ...process!, argv: [...process!.argv, '--name=old'] } }),
    'runs with --name=old, asked for etcd-10.0.0.2 (name= in hosts)',
    'write name=NAME',
  ],
  ['another user', unit('User=etcd', 'User=db'), 'runs as db, asked for etcd', 'set service-user to db'],
  [
    'a masked unit',
    service({ loadState: 'masked', unitFileState: 'masked' }),
    'etcd.service is masked',
    'systemctl unmask etcd',
  ],
  [
    'an etcd outside',
    () => ({ foreignEtcd: [{ pid: 7, unit: 'x.service', argv: [] }] }),
    '(pid 7 in x.service)',
    'leave it running',
  ],
  [
    'flags of a drop-in',
    ({ process, service }) => ({
      process: { ...process!, argv: [...process!.argv, '--pre-vote=false'] },
      service: { ...service, dropIns: ['/etc/systemd/system/etcd.service.d/a.conf'] },
    }),
    '/etc/systemd/system/etcd.service.d/a.conf may set them',
    'move what is set there to etcd-args',
  ],
  [
    'a full disk where something is to be installed',
    (host) => ({ binaries: {}, binDir: { ...host.binDir, availableBytes: 1 } }),
    '/opt/kube/bin has 0 MiB free',
    'make room',
  ],
]
