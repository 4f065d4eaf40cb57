import { cleanKnownHosts } from '../../../src/inputs/known-hosts-text.js'
import { whyNoPem } from '../../../src/inputs/no-pem.js'
import { parseFlags } from '../../../src/inputs/flags.js'
import { openForm } from '../../../src/inputs/form.js'
import { parseAddress } from '../../../src/inputs/parse/address.js'
import {
  parseBoolean,
  parseClusterId,
  parseSha256,
  integer,
  portLike,
} from '../../../src/inputs/parse/scalar.js'
import { durationUpTo } from '../../../src/inputs/parse/duration.js'
import { parseEtcdFlag } from '../../../src/inputs/parse/etcd-flag.js'
import { parseHostLine } from '../../../src/inputs/parse/host-line.js'
import { itemsOf, linesOf, listOf, parseEach } from '../../../src/inputs/parse/list.js'
import { parseMemberAddress } from '../../../src/inputs/parse/member-address.js'
import * as names from '../../../src/inputs/parse/name.js'
import type { Parser as InputParser } from '../../../src/inputs/parse/parsed.js'
import { parseDirectory } from '../../../src/inputs/parse/path.js'
import { parseSan } from '../../../src/inputs/parse/san.js'
import { parseSubject } from '../../../src/inputs/parse/subject.js'
import { parseLogin, parseTarget } from '../../../src/inputs/parse/target.js'
import { parseBaseUrl, parseEndpoint } from '../../../src/inputs/parse/url.js'
import { parseVersion } from '../../../src/inputs/parse/version.js'
import { readEndpoints } from '../../../src/inputs/use.js'
import { readMembers } from '../../../src/inputs/members.js'
import { differs, type Parser } from '../parser.js'

/** What a value is when it is read again, as somebody who copies it from a message does. */
const again =
  (parse: InputParser<string>): NonNullable<Parser['law']> =>
  (text) => {
    const parsed = parse(text)
    return parsed.ok ? differs('read again', parse(parsed.value), parsed) : undefined
  }

const input = (
  file: string,
  parsers: Readonly<Record<string, InputParser<unknown>>>,
  samples: readonly string[],
  more: Partial<Parser> = {},
): Parser => ({
  name: Object.keys(parsers).join(', '),
  files: [`inputs/parse/${file}.ts`],
  read: (text) => Object.values(parsers).map((parse) => parse(text)),
  samples,
  share: 0.5,
  ...more,
})

const form = (text: string) => openForm((name) => (name === 'allow-even-members' ? 'false' : text))

export const INPUTS: readonly Parser[] = [
  input('address', { parseAddress }, ['192.168.1.1', '[fd00::1]:2380', 'etcd-1.example.com', '0x7f.1']),
  input('member-address', { parseMemberAddress }, ['10.0.0.1', 'fe80::1', '[::1]:22', 'a@b']),
  input('scalar', { parseBoolean }, ['true', 'False', 'constructor']),
  input('scalar', { parseClusterId }, ['0xcdf818194e3a8c32', '00ab'], { law: again(parseClusterId) }),
  input('scalar', { parseSha256 }, [`sha256:${'aB'.repeat(32)}`], { law: again(parseSha256) }),
  input('duration', { durationUpTo: durationUpTo(3_600_000, '60s') }, ['1h30m', '250ms', '1.5s', '99d']),
  input('etcd-flag', { parseEtcdFlag }, ['--heartbeat-interval=200', '--a b', '-x --y']),
  input('host-line', { parseHostLine }, ['192.168.1.1 name=etcd-1 ssh=admin@10.0.0.1:22'], {
    attacks: [['a ', 'name=b ', '']],
  }),
  input('scalar', { integer: integer(1, 99, '5'), portLike: portLike('22') }, ['42', '0', '65536']),
  input(
    'list',
    {
      itemsOf: (text) => ({ ok: true, value: [itemsOf(text), linesOf(text)] }),
      listOf: listOf(parseAddress),
      parseEach: (text) => ({ ok: true, value: parseEach([text], parseSan) }),
    },
    ['a, b # c\n\nd', '192.168.1.1,192.168.1.2\r\n#'],
    { attacks: [['#', '\t#', '\u2028#']] },
  ),
  input('name', { ...names }, ['etcd.service', 'systemd-x', 'etcd-10.0.0.1', 'token:1', 'nobody'], {
    law: (text) => again(names.parseServiceName)(text.replace(/(\.service)+$/, '')),
  }),
  input('path', { parseDirectory }, ['/var/lib/etcd/', '/a/../b', '/%n'], {
    attacks: [['/', '/', 'x']],
    law: again(parseDirectory),
  }),
  input('san', { parseSan }, ['*.example.com', '10.0.0.1', 'fd00::1'], { law: again(parseSan) }),
  input('subject', { parseSubject }, ['C=CN,ST=HangZhou,L=XS,O=k8s,OU=System,CN=etcd', 'CN=a\\,b\\\\'], {
    law: (text) => {
      const parsed = parseSubject(text)
      if (!parsed.ok) return undefined
      const written = parsed.value.map((pair) => pair.join('=').replace(/[\\,]/g, '\\$&')).join(',')
      return differs('read again', parseSubject(written), parsed)
    },
  }),
  input('target', { parseTarget, parseLogin }, ['admin@bastion.example.com:2222', '[fd00::1]:22', 'a@b@c'], {
    attacks: [['[', ']:', '']],
  }),
  input(
    'url',
    { parseBaseUrl, parseEndpoint },
    ['https://mirror.example.com/etcd//', 'https://10.0.0.1:443/'],
    {
      law: (text) => again(parseEndpoint)(text),
      attacks: [['https://a', '/', '?']],
    },
  ),
  input('version', { parseVersion }, ['3.6.14', 'v3.4.0', '3.6.0-rc.0'], { law: again(parseVersion) }),
  {
    name: 'openForm',
    files: ['inputs/form.ts'],
    read: (text) => {
      const opened = openForm(() => text)
      for (const value of [text, ...text.split('\n', 2000)]) {
        opened.fault('hosts', { value, rule: 'is wrong', example: '' })
      }
      return [opened.ask('hosts', parseAddress), opened.problems]
    },
    samples: ['https://user:pass@host', 'LS0tLS1CRUdJTi', 'a\nb\nc'],
    attacks: [
      ['', '://', ''],
      ['', 'S0tLS1CRUdJTi://', ''],
    ],
    // What a process may have in one variable.
    most: 128 * 1024,
    share: 0.3,
  },
  {
    name: 'readMembers, readEndpoints',
    files: ['inputs/members.ts', 'inputs/use.ts'],
    read: (text) => {
      const opened = form(text)
      const ports = { client: 2379, peer: 2380 }
      return [
        readMembers(opened, 'deploy', { user: 'root', port: 22 }, ports),
        readEndpoints(opened),
        opened.problems,
      ]
    },
    samples: ['192.168.1.1, 192.168.1.2 name=b\n192.168.1.3 ssh=a@b:22', 'https://10.0.0.1:2379'],
    attacks: [['', '10.0.0.1,', '']],
    most: 32 * 1024,
    share: 0.3,
  },
  {
    name: 'parseFlags',
    files: ['inputs/flags.ts'],
    read: (text) => parseFlags(text.split('\n')),
    samples: ['deploy\n--hosts=a,b\n--version\n3.6.14', '--help'],
    share: 0.5,
  },
  {
    name: 'cleanKnownHosts, whyNoPem',
    files: ['inputs/known-hosts-text.ts', 'inputs/no-pem.ts'],
    read: (text) => [cleanKnownHosts(text), whyNoPem(text)],
    samples: [
      '10.0.0.1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFOo 10.0.0.2 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFOo',
      'PuTTY-User-Key-File-3: ssh-ed25519',
      '${SSH_KEY}',
      '/root/.ssh/id_rsa',
      'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC5',
    ],
    attacks: [
      ['', ' ssh-', ''],
      ['', '" ', 'x'],
    ],
    most: 128 * 1024,
    share: 0.2,
  },
]
