import { flagOf, shown } from '../../../src/etcd/settings/names.js'
import { proxyFor } from '../../../src/etcd/settings/proxy.js'
import { givenVariables, processVariables } from '../../../src/etcd/settings/variables.js'
import { Failure } from '../../../src/failure.js'
import { cannotRun } from '../../../src/host/cannot-run.js'
import { parseEnvironment } from '../../../src/host/facts-environment.js'
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
    name: 'serviceOf, storageOf',
    files: ['host/service-show.ts', 'host/facts-storage.ts'],
    read: (text) => [
      serviceOf(text.split('\n')),
      storageOf({
        mounts: [['data', '36']],
        lines: text.split('\n').map((line) => [line]),
        storage: [[text]],
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
]
