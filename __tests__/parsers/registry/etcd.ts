import { adviceOnRefusal } from '../../../src/cluster/authentication.js'
import { alarmsOf } from '../../../src/cluster/alarms.js'
import { lowestVersion, minorOf, parseVersion } from '../../../src/cluster/version.js'
import { parseExactJson } from '../../../src/etcd/exact-json.js'
import { quoteArgument, quoteProgram } from '../../../src/etcd/exec-line.js'
import { parseGoDuration } from '../../../src/etcd/go-duration.js'
import { lastWords } from '../../../src/etcd/last-words.js'
import { hashKvAnswer, healthAnswer, reasonOf, statusAnswer } from '../../../src/etcd/outcome.js'
import { pairRefusal } from '../../../src/etcd/pair-verdict.js'
import { parseExecStart, parseUnit, splitWords } from '../../../src/etcd/parse-unit.js'
import { digestInSums } from '../../../src/etcd/release.js'
import * as replies from '../../../src/etcd/responses.js'
import { ignoredBy } from '../../../src/etcd/settings/ignored.js'
import { parseSnapshotStatus } from '../../../src/etcd/snapshot.js'
import { renderUnit } from '../../../src/etcd/unit.js'
import { parseV2Check } from '../../../src/etcd/v2store.js'
import { parseDuration } from '../../../src/time/duration.js'
import { desiredOf } from '../../etcd/desired.fixture.js'
import { RECORDED_ENDS } from '../../etcd/last-words.fixture.js'
import { RECORDED } from '../../etcd/recorded.fixture.js'
import { differs, type Parser } from '../parser.js'

const desired = desiredOf()
const UNIT = renderUnit(desired, desired.members[0]!, { founded: true })
const BY_HAND =
  '; by hand\n[Unit]\nAfter = a \\\n# b\n  b\n[Service]\r\nExecStart=-/usr/bin/etcd "--a=b c" \'d\' \\x41\\t$$x %%n\n'
const REPLIES = Object.values(RECORDED).flatMap((one) => Object.values(one))
const JOURNAL = Object.values(RECORDED_ENDS).map((lines) =>
  [
    ...lines.map((line) => `2026-11-24T21:15:57+0000 node-1 etcd[812]: ${line}`),
    '2026-11-24T21:15:57+0000 node-1 systemd[1]: etcd.service: Main process exited, code=exited, status=1/FAILURE',
  ].join('\n'),
)
const X509 =
  'transport: authentication handshake failed: \\"tls: failed to verify: x509: certificate has expired\\"'

const result = (text: string) => ({ code: 1, stdout: text, stderr: text })
const ENDPOINT = 'http://127.0.0.1:24790'

/** Words of a host in one line of a sentence of ours. */
const isClause = (text: string): string | undefined =>
  text.length > 300 || /\p{Cc}/u.test(text) ? `no clause: ${JSON.stringify(text)}` : undefined

export const ETCD: readonly Parser[] = [
  {
    name: 'parseUnit, parseExecStart',
    files: ['etcd/parse-unit.ts'],
    read: (text) => [parseUnit(text), parseExecStart(text)],
    samples: [UNIT, BY_HAND],
    attacks: [
      ['[Service]\nExecStart=', ' ', 'x'],
      ['a', ' ', 'x'],
      ['a==', '\t', '\t\0='],
      ['a=', '\\', 'x'],
      ['[', ']\t', 'x'],
      ['', 'a \\\n', ''],
    ],
    law: (text) =>
      parseUnit(text).some(({ key }) => key === '' || /\s/.test(key)) ? 'a key that is none' : undefined,
  },
  {
    name: 'splitWords',
    files: ['etcd/parse-unit.ts'],
    read: splitWords,
    samples: ['/usr/bin/etcd "--a=b c" \'d\' \\x41\\t', '"\\UFFFFFFFF"', "a'b\\'c'\"d\""],
    attacks: [
      ['"', '\\"', ''],
      ["'", '\\', ''],
    ],
  },
  {
    name: 'quoteArgument, quoteProgram',
    files: ['etcd/exec-line.ts', 'etcd/parse-unit.ts'],
    read: (text) => [quoteArgument(text), quoteProgram(text)],
    samples: ['--initial-cluster=a=https://10.0.0.1:2380', 'a b "c" \\d $e %f \t'],
    // A program is an absolute path, and no argument holds a NUL.
    law: (text) => {
      const argv = ['/bin/etcd', ...text.split('\0').map((word) => `-${word}`)]
      const [program = '', ...rest] = argv
      const line = [quoteProgram(program), ...rest.map(quoteArgument)].join(' ')
      return differs('read back', parseExecStart(`[Service]\nExecStart=${line}\n`), argv)
    },
  },
  {
    name: 'parseExactJson',
    files: ['etcd/exact-json.ts'],
    read: (text) => parseExactJson(text, 'member list'),
    refuses: true,
    samples: [...REPLIES, '{"a":[-1,2.5,1e3,18446744073709551615,"1"],"b\\"2":null}'],
    attacks: [
      ['', '-\\"\\', '\\0'],
      ['"', '\\', ''],
      ['', '[', ''],
      ['{"a":', '{"a":', ''],
      ['', '1.', ''],
    ],
    law: (text) => {
      const plain = parsed(() => JSON.parse(text) as unknown)
      if (plain === undefined) return undefined
      const exact = parsed(() => parseExactJson(text, 'x'))
      const numbersAlike = (_: string, value: unknown): unknown =>
        typeof value === 'number' || (typeof value === 'string' && /^-?\d+$/.test(value)) ? 'n' : value
      return differs('read exactly', JSON.stringify(exact, numbersAlike), JSON.stringify(plain, numbersAlike))
    },
  },
  ...Object.entries(replies).map(([name, read]): Parser => ({
    name,
    files: ['etcd/responses.ts', 'etcd/exact-json.ts'],
    read: (text) => read(text, ENDPOINT),
    refuses: true,
    samples: [...REPLIES, '{"ID":"9"}'],
    attacks: [['{"ID":', '9', '}']],
    share: 0.4,
  })),
  {
    name: 'parseSnapshotStatus',
    files: ['etcd/snapshot.ts', 'etcd/exact-json.ts'],
    read: parseSnapshotStatus,
    refuses: true,
    samples: ['{"hash":2715418497,"revision":812,"totalKey":819,"totalSize":20480,"version":"3.6.0"}'],
    attacks: [['{"totalSize":1,"hash":', '9', '}']],
  },
  {
    name: 'answers of etcdctl',
    files: ['etcd/outcome.ts'],
    read: (text) => [
      healthAnswer(result(text), ENDPOINT),
      statusAnswer({ ...result(text), code: 0 }, ENDPOINT),
      hashKvAnswer(result(text), ENDPOINT),
      reasonOf(result(text)),
    ],
    samples: [...REPLIES, 'read tcp 10.0.0.1:4242->10.0.0.2:2379: connection reset by peer', 'Error: x'],
    attacks: [
      ['dial tcp ', 'x', ' >->'],
      ['', 'dial tcp', ''],
      ['tls: ', '-', '\t>->'],
    ],
    share: 0.7,
  },
  {
    name: 'lastWords',
    files: ['etcd/last-words.ts'],
    read: lastWords,
    samples: [
      ...JOURNAL,
      '2026-11-24T21:15:57+0000 n etcd[1]: {"level":"fatal","msg":{"toString":1},"error":[1]}',
    ],
    attacks: [
      ['2026-1 h etcd[1]: ', 'invalid value ', ''],
      ['2026-1 h etcd[1]: ', ' ', 'x'],
      ['2026-', 'x ', ''],
    ],
    law: (text) => isClause(lastWords(text).said) ?? isClause(lastWords(text).ended.slice(0, 300)),
  },
  {
    name: 'pairRefusal',
    files: ['etcd/pair-verdict.ts'],
    read: pairRefusal,
    samples: [X509, X509.replaceAll('\\"', '\\\\\\"'), 'remote error: tls: bad certificate'],
    attacks: [['x509: ', '\\"', '']],
    law: (text) => isClause(pairRefusal(text)),
  },
  {
    name: 'parseGoDuration, parseDuration',
    files: ['etcd/go-duration.ts', 'time/duration.ts', 'time/units.ts'],
    read: (text) => [parseGoDuration(text), parseDuration(text)],
    samples: ['1m2.5s', '925.4µs', '-1h', '30d'],
    attacks: [['', '1s', 'x']],
  },
  {
    name: 'digestInSums',
    files: ['etcd/release.ts'],
    read: (text) => digestInSums(text, 'etcd-v3.6.14-linux-amd64.tar.gz'),
    samples: [`${'ab'.repeat(32)}  etcd-v3.6.14-linux-amd64.tar.gz\n${'cd'.repeat(32)} *./b\r\n`],
  },
  {
    name: 'parseV2Check',
    files: ['etcd/v2store.ts'],
    read: (text) => [parseV2Check({ ...result(text), code: 0 }), parseV2Check(result(text))],
    samples: ['No custom content found in both v2store and WAL\n', 'Error: detected custom v2 content'],
  },
  {
    name: 'alarmsOf, adviceOnRefusal',
    files: ['cluster/alarms.ts', 'cluster/authentication.ts'],
    read: (text) => [alarmsOf([text]), adviceOnRefusal(text)],
    samples: ['memberID:11417610130673999598 alarm:NOSPACE ', 'etcdserver: permission denied', X509],
    attacks: [
      ['', ' ', 'x'],
      ['memberID:1 alarm:A', ' ', 'x'],
    ],
  },
  {
    name: 'parseVersion, minorOf, lowestVersion, ignoredBy',
    files: ['cluster/version.ts', 'etcd/settings/ignored.ts', 'etcd/settings/names.ts'],
    read: (text) => [
      parseVersion(text),
      minorOf(text),
      lowestVersion(text.split('\n')),
      ignoredBy('3.6.14', `ETCD_${text}`, text),
    ],
    samples: ['3.6.14', 'v3.4.0\n3.5.1', 'ENABLE_V2'],
  },
]

const parsed = (read: () => unknown): unknown => {
  try {
    return read()
  } catch {
    return undefined
  }
}
