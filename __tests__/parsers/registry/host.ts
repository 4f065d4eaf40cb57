import { flagOf, shown } from '../../../src/etcd/settings/names.js'
import { proxyFor } from '../../../src/etcd/settings/proxy.js'
import { givenVariables, processVariables } from '../../../src/etcd/settings/variables.js'
import { etcdCommand, placesOf } from '../../../src/etcd/found-start.js'
import { shownUnitLines, shownValue, shownWords } from '../../../src/etcd/settings/hidden.js'
import { Failure } from '../../../src/failure.js'
import { cannotRun } from '../../../src/host/cannot-run.js'
import { parseEnvironment } from '../../../src/host/facts-environment.js'
import { parseFacts } from '../../../src/host/facts-parse.js'
import { storageOf } from '../../../src/host/facts-storage.js'
import { refusalOf } from '../../../src/host/refusal.js'
import { serviceOf } from '../../../src/host/service-show.js'
import { jsonFields } from '../../../src/observe/gateway-post.js'
import { parseClusterVersion } from '../../../src/observe/loopback.js'
import { parseActivePeers } from '../../../src/observe/peer-links.js'
import { flagsIn, placesIn } from '../../../src/plan/argv.js'
import { diffLines } from '../../../src/plan/change/diff.js'
import {
  begunToken,
  begunVersion,
  bootstrapMarker,
  describeMarker,
  sameMarker,
} from '../../../src/plan/marker.js'
import { publicUrl } from '../../../src/runner/http-get.js'
import type { HostSession } from '../../../src/ssh/port.js'
import { desiredOf } from '../../etcd/desired.fixture.js'
import { differs, type Parser } from '../parser.js'

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
  ['df', '/dev/vda1 102400 4096 98304 4% /'],
  ['inodes', '6553600 6500000'],
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

const session = { member: 'etcd-1', target: 'root@10.0.0.1:22' } as HostSession
const ENV = [
  'manager',
  'passed',
  'unit',
  'file',
  'process',
  'reset',
  'unset',
  'start',
  'missing',
  'unit-hidden',
]
const MARKER = bootstrapMarker(desired)
const METRICS = [
  '# HELP etcd_cluster_version Which version is running.',
  'etcd_cluster_version{cluster_version="3.6"} 1',
  'etcd_network_active_peers{Local="8e9e05c52164694d",Remote="0f9e05c52164694d"} 1',
  '# HELP etcd_network_client_grpc_received_bytes_total The total number.',
].join('\n')

export const HOST: readonly Parser[] = [
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
    name: 'serviceOf, storageOf',
    files: ['host/service-show.ts', 'host/facts-storage.ts'],
    read: (text) => [
      serviceOf(text.split('\n')),
      storageOf({
        mounts: [['data', '36']],
        lines: text.split('\n').map((line) => [line]),
        inodes: [[text]],
        labels: ['data'],
      }),
    ],
    samples: [
      'LoadState=loaded\nMainPID=77\nAssertResult=no',
      '36 35 98:0 / /a\\040b rw - ext4 /dev/vda1 rw',
    ],
  },
  {
    name: 'parseEnvironment, givenVariables, processVariables, proxyFor',
    files: [
      'host/facts-environment.ts',
      'etcd/settings/variables.ts',
      'etcd/settings/proxy.ts',
      'etcd/settings/names.ts',
    ],
    read: (text) => {
      const words = [text, `HTTPS_PROXY=${text}`, `NO_PROXY=${text}`, `ETCD_A="${text}"`]
      const fact = parseEnvironment(
        ENV.flatMap((kind) => words.map((word) => [kind, '/f', '7', '/u', ...word.split('\t')])),
      )
      const given = [...givenVariables(fact), ...(processVariables(fact) ?? [])]
      const hosts = ['10.0.0.1', 'fd00::1', 'etcd.example.com'].map((address) =>
        proxyFor(given, { address, port: 2380 }),
      )
      return [given.map(shown), given.map(({ name }) => flagOf(name)), hosts]
    },
    samples: [
      'http://user:pass@proxy:3128',
      '10.0.0.0/8,[fd00::1]:2380,.example.com,*,a:80',
      "$'a\\nb'",
      'ETCD_NAME=a',
      '"ETCD_X=1" ETCD_Y=2',
    ],
    attacks: [
      ['ETCD_X=', "'", ''],
      ['', ':', 'x'],
      ['0', ':', ':\n'],
      ['a://', '@', '/'],
      ['', '[', ']:'],
    ],
    most: 256 * 1024,
    share: 0.3,
  },
  {
    name: 'refusalOf, cannotRun',
    files: ['host/refusal.ts', 'host/cannot-run.ts'],
    read: (text) => {
      const failure = refusalOf(session, 'cannot do it', { code: 1, stdout: text, stderr: text })
      if (!(failure instanceof Failure)) throw new Error('no Failure')
      return cannotRun(text, '/opt/kube/bin')
    },
    samples: [
      'mv: cannot move: No space left on device\n',
      'timeout: failed to run command: Permission denied',
    ],
  },
  {
    name: 'parseActivePeers, parseClusterVersion',
    files: ['observe/peer-links.ts', 'observe/loopback.ts'],
    read: (text) => [parseActivePeers(text), parseClusterVersion(text)],
    samples: [METRICS],
    attacks: [
      ['# HELP etcd_network_x y\n', 'etcd_network_active_peers{Local="', ''],
      ['etcd_cluster_version{cluster_version="', '3.', ''],
      ['# HELP etcd_network_', 'x', ''],
    ],
  },
  {
    name: 'jsonFields',
    files: ['observe/gateway-post.ts'],
    read: jsonFields,
    samples: ['{"error":"a","code":8}', '[]'],
  },
  {
    name: 'flagsIn, placesIn',
    files: ['plan/argv.ts'],
    read: (text) => [flagsIn(text.split('\n')), placesIn(text.split('\0'))],
    samples: ['etcd\n--name=a\n-data-dir\n/x\n--b'],
  },
  {
    name: 'diffLines',
    files: ['plan/change/diff.ts'],
    read: (text) => [diffLines(text, 'a\nb\n'), diffLines('[Unit]\n', text)],
    samples: ['[Service]\nEnvironment=A=b\nSetCredential=x:y\n'],
    attacks: [['Environment=', ' ', '']],
    most: 256 * 1024,
    law: (text) => {
      const secret = `Environment=X=${text.replaceAll('\n', '')}hunter22`
      return diffLines('', secret).some((line) => line.includes('hunter22')) ? 'a value is shown' : undefined
    },
    share: 0.5,
  },
  {
    name: 'describeMarker, sameMarker, begunVersion, begunToken',
    files: ['plan/marker.ts'],
    read: (text) => [
      describeMarker(text),
      sameMarker(text, MARKER),
      begunVersion(text),
      begunToken(desired, [{ bootstrapMarker: text, hasMemberData: false }]),
    ],
    samples: [MARKER],
    law: (text) => (sameMarker(text, text) ? undefined : 'no marker is its own'),
  },
  {
    name: 'publicUrl',
    files: ['runner/http-get.ts'],
    read: publicUrl,
    samples: ['https://user:pass@mirror.example.com/etcd'],
    law: (text) => {
      const word = text.replace(/[/@\s]/g, '')
      return differs('without the user', publicUrl(`https://${word}:pw@host/x`), 'https://host/x')
    },
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
