import type { Lab } from '../../lab/lab.js'

type Inputs = Readonly<Record<string, string>>

/** What a new user gets wrong. */
export interface Mistake {
  readonly title: string
  /** Changes right inputs for the hosts 1, 2 and 3 into wrong ones. */
  readonly inputs: (right: Inputs, lab: Lab) => Inputs
  /** What is wrong on the hosts; undone afterwards by `undo`. */
  readonly prepare?: (lab: Lab) => Promise<unknown>
  readonly undo?: (lab: Lab) => Promise<unknown>
  /** Found before the first connection. */
  readonly early: boolean
}

const half = (text = ''): string => text.slice(0, text.length / 2)

/** Hosts are blank at the first of them; the last one needs the clusters that `mixUp` makes. */
export const MISTAKES: readonly Mistake[] = [
  {
    title: 'The secret is not set',
    early: true,
    inputs: (right) => ({ ...right, 'ssh-private-key': '', 'ca-key': '' }),
  },
  {
    title: 'The key is cut off',
    early: true,
    inputs: (right) => ({
      ...right,
      'ssh-private-key': half(right['ssh-private-key']),
      'ca-key': half(right['ca-key']),
    }),
  },
  {
    title: 'A host key is missing',
    early: true,
    inputs: (right, lab) => ({ ...right, 'ssh-known-hosts': withoutHost(right, lab, 3) }),
  },
  {
    title: 'An even number of hosts',
    early: true,
    inputs: (right, lab) => ({ ...right, hosts: hostsOf(lab, 1, 2, 3, 4) }),
  },
  {
    title: 'A port is closed: SSH',
    early: false,
    prepare: (lab) =>
      lab.on(2, 'systemctl stop ssh.socket ssh.service 2>/dev/null; ! ss -Hltn sport = :22 | grep .'),
    undo: (lab) => lab.on(2, 'systemctl start ssh'),
    inputs: (right) => right,
  },
  {
    title: 'A port is closed: 2380, between the hosts',
    early: false,
    prepare: (lab) => lab.on(3, `ip neigh replace ${nobody(lab)} nud permanent`),
    undo: (lab) => lab.on(3, `ip neigh del ${nobody(lab)}`),
    inputs: (right) => right,
  },
  {
    title: 'The wrong user',
    early: false,
    inputs: (right) => ({ ...right, 'ssh-user': 'ubuntu' }),
  },
  {
    title: 'A typo in the version: not a release',
    early: true,
    inputs: (right) => ({ ...right, version: '3.6' }),
  },
  {
    title: 'A typo in the version: no such release',
    early: false,
    inputs: (right) => ({ ...right, version: '3.6.41', 'archive-sha256': '' }),
  },
  {
    title: 'CA and key swapped',
    early: true,
    inputs: (right) => ({ ...right, 'ca-cert': right['ca-key'] ?? '', 'ca-key': right['ca-cert'] ?? '' }),
  },
  {
    title: 'A path is relative',
    early: true,
    inputs: (right) => ({ ...right, 'data-dir': 'var/lib/etcd' }),
  },
  {
    title: 'Two clusters mixed up: hosts of both',
    early: false,
    inputs: (right, lab) => ({ ...right, hosts: hostsOf(lab, 1, 2, 4) }),
  },
  {
    title: 'Two clusters mixed up: the other one',
    early: false,
    inputs: (right, lab) => ({ ...right, hosts: hostsOf(lab, 4), 'expect-cluster-id': 'c0ffee' }),
  },
]

/** The last mistakes need two clusters: hosts 1, 2, 3 and host 4. */
export const NEEDS_CLUSTERS = MISTAKES.findIndex(({ title }) => title.startsWith('Two clusters'))

const hostsOf = ({ hosts }: Lab, ...numbers: readonly number[]): string =>
  numbers.map((number) => hosts[number - 1]?.address).join('\n')

/** A neighbour of host 3 that nobody is: packets go and nobody answers, as behind a firewall that drops them. */
const nobody = ({ hosts }: Lab): string => `${hosts[0]?.address} lladdr 02:00:00:00:00:01 dev eth0`

const withoutHost = (right: Inputs, { hosts }: Lab, number: number): string =>
  (right['ssh-known-hosts'] ?? '')
    .split('\n')
    .filter((line) => !line.includes(hosts[number - 1]?.address ?? '-'))
    .join('\n')

/** A sentence with what differs from lab to lab as a reader's own network would have it. */
export const asRead = (sentence: string, lab: Lab): string => {
  const addresses = lab.hosts.reduce(
    (text, { address, number }) =>
      text.replaceAll(new RegExp(`${address.replaceAll('.', '\\.')}(?!\\d)`, 'g'), `192.168.1.${number}`),
    sentence,
  )
  return addresses
    .replaceAll(lab.mirror.url, 'https://mirror.example')
    .replace(/SHA256:[A-Za-z0-9+/]{43}/g, 'SHA256:...')
    .replace(/\b(AAAA[A-Za-z0-9+/]{20})[A-Za-z0-9+/=]+/g, 'AAAA...')
    .replace(/\b[0-9a-f]{12,16}\b/g, (id) => madeUp(id, sentence))
    .replace(/\(pid \d+/g, '(pid 4711')
}

const IDS = [
  '18e1b1602639adb',
  '7e27652122e8b2ae',
  '8211f1d0f64f3269',
  '91bc3c398fb3c146',
  'fd422379fda50e48',
]

/** Ids of members and clusters, by the order in which they are first named. */
const madeUp = (id: string, sentence: string): string => {
  const named = [...new Set(sentence.match(/\b[0-9a-f]{12,16}\b/g))]
  return IDS[named.indexOf(id)] ?? id
}

/** A sentence of several lines as a cell of a table. */
export const cell = (sentence: string): string =>
  sentence
    .split('\n')
    .map((line) => line.replaceAll('<', '&lt;').trim())
    .join('<br>')
