import { etcdCommand, placesOf } from '../../../src/etcd/found-start.js'
import { shownUnitLines, shownValue, shownWords } from '../../../src/etcd/settings/hidden.js'
import { parseFacts } from '../../../src/host/facts-parse.js'
import { desiredOf } from '../../etcd/desired.fixture.js'
import type { Parser } from '../parser.js'

const desired = desiredOf()
const coded = (text: string): string => Buffer.from(text).toString('base64')
const facts = (text: string) =>
  parseFacts({
    member: 'etcd-1',
    layout: desired.layout,
    tempDir: '/tmp',
    snapshotDir: '/var/backups/etcd',
    trip: { sentMs: 1000, gotMs: 1100 },
    text,
  })

const ROWS = [
  ['clock', '1764000000123456789'],
  ['init', 'systemd'],
  ['machine', 'x86_64'],
  ['show', 'DropInPaths=/etc/systemd/system/etcd.service.d/a.conf'],
  ['stat', '700', 'etcd', 'directory', '/var/lib/etcd', '1764000000'],
  ['text', 'unit', coded('[Unit]\nA=b\n')],
  ['dir', 'data', 'yes', 'no'],
  ['storage', '6553600 6500000 24000 4096'],
  ['mount', 'data', '36'],
  ['mountinfo', '36 35 98:0 / /var\\040x rw,noexec master:1 - ext4 /dev/vda1 rw'],
  ['binary', 'etcd', 'ab12', '3.6.14'],
  ['process', '77', coded('/opt/kube/bin/etcd\0--name=a\0')],
  ['exe', 'same'],
  ['snap', '0000000000000002-0000000000018704.snap'],
  ['user', '998', 'etcd', 'yes'],
  ['listener', '094B', '77', 'etcd'],
  ['foreign', '78', coded('0::/system.slice/other.service\n'), coded('etcd\0--data-dir=/x\0')],
  ['first', coded('0::/init.scope\n')],
  [
    'dormant',
    'other.service',
    '/etc/systemd/system/other.service',
    coded('[Service]\nExecStart=/usr/bin/etcd --config-file /etc/etcd.yaml\n'),
  ],
  ['start', 'other.service', coded('ETCD_DATA_DIR=/x\n'), '/'],
  ['config', 'other.service', '/etc/etcd.yaml', coded('data-dir: "/y" # here\n')],
  ['holds', 'other.service', '/y'],
  ['unit-show', 'Id=other.service'],
  ['manifest', '/etc/kubernetes/manifests/etcd.yaml', coded('--data-dir=/z\n')],
  ['found-data', '/var/lib/etcd2', '0', 'etcd'],
  ['env', 'unit', '/etc/systemd/system/etcd.service', '7', '', '"ETCD_NAME=a b"'],
  ['end'],
]
const FACTS = `${ROWS.map((row) => row.join('\t')).join('\n')}\n`

/** The text in the place of each field of each row. */
const everyField = (text: string): string => {
  const word = text.replaceAll('\n', ' ').replaceAll('\t', ' ')
  const rows = ROWS.flatMap((row) =>
    row.slice(1).map((_, at) => row.map((field, index) => (index === at + 1 ? word : field))),
  )
  return [...rows, ...ROWS.map(([key = '']) => [key, coded(text), word])]
    .map((row) => row.join('\t'))
    .join('\n')
}

export const FACTS_OF_HOSTS: readonly Parser[] = [
  {
    name: 'parseFacts',
    files: ['host/facts-parse.ts'],
    read: facts,
    refuses: true,
    samples: [FACTS],
    attacks: [['', 'dir\tdata\nmount\tdata\t36\n', 'end']],
    share: 0.6,
  },
  {
    name: 'parseFacts, every field',
    files: [
      'host/facts-parse.ts',
      'host/facts-account.ts',
      'host/facts-etcds.ts',
      'host/cgroup-owner.ts',
      'host/facts-environment.ts',
      'host/facts-storage.ts',
    ],
    read: (text) => facts(everyField(text)),
    refuses: true,
    samples: ROWS.flatMap((row) => row.slice(1)).filter((field) => field !== ''),
    attacks: [
      ['', ' 0 - /', '\u2028'],
      ['0.0.0', '0', '\u2028 '],
      ['\0', '0::/', '.service/'],
    ],
    // A field is one of 256 KiB at most, and there are fifty of them here.
    most: 64 * 1024,
    share: 0.15,
  },
  {
    name: 'etcdCommand, placesOf',
    files: ['etcd/found-start.ts'],
    read: (text) => [
      etcdCommand(text.split(' ')),
      placesOf({ argv: [], unitText: text }),
      placesOf({ argv: ['etcd', `--data-dir=${text}`], variables: { ETCD_WAL_DIR: text }, folder: '/x' }),
    ],
    samples: [
      '[Service]\nEnvironment=A=b\nExecStart=/usr/bin/etcd --data-dir=${A}/c',
      "/bin/bash -c 'GOMAXPROCS=2 /usr/bin/etcd --name=x'",
      'docker run registry:5000/quay.io/coreos/etcd:v3.5.0@sha256:ab /usr/local/bin/etcd',
    ],
    attacks: [
      ['docker run ', '/:@', ''],
      ['[Service]\nExecStart=/usr/bin/etcd --data-dir=', '${A', '}'],
    ],
    share: 0.3,
  },
  {
    name: 'shownWords, shownValue, shownUnitLines',
    files: ['etcd/settings/hidden.ts'],
    read: (text) => [
      shownWords(text),
      shownValue('Environment', text),
      shownValue('[Service] ExecStartPre', text),
      shownValue('--discovery', text),
      shownUnitLines(text.split('\n')),
    ],
    samples: [
      'Environment=A=b \\\n  C=d',
      'ExecStart=/usr/bin/etcd --discovery=https://u:p@h/x',
      '# TOKEN=x',
    ],
    attacks: [
      ['', '://', ''],
      ['', '--discovery ', ''],
      ['', 'a=', ''],
    ],
    law: (text) =>
      shownUnitLines([`Environment=${text.replaceAll('\n', ' ')}hunter22`]).some((line) =>
        line.includes('hunter22'),
      )
        ? 'a value is shown'
        : undefined,
    share: 0.5,
  },
]
