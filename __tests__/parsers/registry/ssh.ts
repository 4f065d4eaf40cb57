import { generateKeyPairSync } from 'node:crypto'
import { pack, unpack } from '../../../src/ssh/boot.js'
import { frameReader, newMark } from '../../../src/ssh/frame.js'
import { globMatches } from '../../../src/ssh/glob.js'
import { isWhole, keyTypeOf, nameOfKey } from '../../../src/ssh/public-key.js'
import {
  authorityOf,
  checkHostKey,
  knownHostsLine,
  knownKeyTypes,
  parseKnownHosts,
} from '../../../src/ssh/known-hosts.js'
import { loginWords } from '../../../src/ssh/login.js'
import { checkPrivateKey } from '../../../src/ssh/private-key.js'
import { commandLine, quote } from '../../../src/ssh/shell.js'
import { sudoWords } from '../../../src/ssh/sudo.js'
import { differs, type Parser } from '../parser.js'

const field = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
const BLOB = Buffer.concat([field(Buffer.from('ssh-ed25519')), field(Buffer.alloc(32, 7))])
const KNOWN = [
  knownHostsLine('10.0.0.1', 2222, BLOB),
  `@revoked *.example.com,!a? ssh-ed25519 ${BLOB.toString('base64')}`,
  `|1|${'A'.repeat(27)}=|${'A'.repeat(27)}= ssh-ed25519 ${BLOB.toString('base64')} comment`,
  `@cert-authority * ssh-ed25519 ${BLOB.toString('base64')}`,
].join('\n')
const KEYS = (['pkcs8', 'sec1'] as const).map((type) =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type }).toString(),
)
const ATTEMPT = { user: 'root', offered: ['publickey'], source: 'key', keys: [], partial: false } as const
const mark = newMark()
const framed = (text: string): string =>
  `${mark.text} ${Buffer.byteLength(text)} ${mark.text}${text}${mark.text}`

const textsIn = (bytes: Buffer, step: number): readonly string[] => {
  const texts: string[] = []
  const reader = frameReader(mark, 1024 * 1024, (text) => void texts.push(text.toString('utf8')))
  for (let at = 0; at < bytes.length; at += step) reader.take(bytes.subarray(at, at + step))
  return [...texts, reader.state(), reader.noise()]
}

export const SSH: readonly Parser[] = [
  {
    name: 'parseKnownHosts',
    files: ['ssh/known-hosts.ts', 'ssh/glob.ts', 'ssh/public-key.ts'],
    read: (text) => {
      const { entries, authorities, problems } = parseKnownHosts(text)
      return [
        checkHostKey(entries, 'a.example.com', 22, BLOB),
        knownKeyTypes(entries, '10.0.0.1', 2222),
        authorityOf(authorities, 'a', 22),
        problems,
      ]
    },
    samples: [KNOWN],
    attacks: [
      ['', '*a', ` ssh-ed25519 ${BLOB.toString('base64')}`],
      ['', `${knownHostsLine('a', 22, BLOB)}\n`, ''],
    ],
    law: (text) => {
      const host = text.replace(/[^a-z0-9.-]/g, '') || 'a'
      const { entries } = parseKnownHosts(knownHostsLine(host, 2222, BLOB))
      return differs('a line of ours', checkHostKey(entries, host, 2222, BLOB), { kind: 'known' })
    },
    share: 0.6,
  },
  {
    name: 'globMatches',
    files: ['ssh/glob.ts'],
    // No name of a host is longer.
    read: (text) => [globMatches(text, 'a'.repeat(255)), globMatches('*a*b*?c', text)],
    samples: ['*.example.com', '[10.0.0.?]:*'],
    attacks: [
      ['', '*a', 'b'],
      ['', 'a', 'c'],
    ],
    law: (text) => {
      const plain = text.replace(/[*?]/g, '')
      return globMatches(plain, plain) && globMatches('*', text) ? undefined : 'a name does not match itself'
    },
    most: 64 * 1024,
  },
  {
    name: 'checkPrivateKey',
    files: ['ssh/private-key.ts', 'ssh/pkcs8.ts'],
    read: (text) => [checkPrivateKey(text), checkPrivateKey(text, 'secret')],
    samples: [...KEYS, 'ssh-ed25519 AAAA x', 'PuTTY-User-Key-File-3: x'],
    attacks: [
      ['-----BEGIN PRIVATE KEY-----\n', '-----END ', ''],
      ['', '-cert-v01@openssh.com ', ''],
    ],
    most: 128 * 1024,
    share: 0.1,
  },
  {
    name: 'keyTypeOf, isWhole, nameOfKey',
    files: ['ssh/public-key.ts'],
    read: (text) => {
      const blob = Buffer.from(text, 'latin1')
      return [keyTypeOf(blob), isWhole(blob), nameOfKey(blob)]
    },
    samples: [BLOB.toString('latin1')],
    attacks: [['', '\0\0\0\0', '']],
  },
  {
    name: 'sudoWords, loginWords',
    files: ['ssh/sudo.ts', 'ssh/login.ts'],
    read: (text) => [
      sudoWords(text, 'admin'),
      ...(['refused', 'closed', 'too-many'] as const).map((ending) => loginWords(ATTEMPT, ending, text)),
    ],
    samples: ['sudo: a password is required\n', 'command not found: sudo', 'Your account has expired'],
    attacks: [['', 'not found ', '']],
  },
  {
    name: 'frameReader',
    files: ['ssh/frame.ts'],
    read: (text) => [
      ...textsIn(Buffer.from(text), 4096),
      ...textsIn(Buffer.from(`${mark.text} * ${mark.text}${text}`), 4096),
    ],
    samples: [
      framed('3.6.14:0'),
      `Welcome!\n${framed('a')}${framed('')}`,
      `${mark.text} * ${mark.text}x${mark.text}`,
    ],
    attacks: [
      ['', mark.text, ''],
      ['', framed('a'), ''],
      ['', mark.halves[0], ''],
    ],
    law: (text) => {
      if (text.includes(mark.text)) return undefined
      const bytes = Buffer.from(`noise ${framed(text)} more`)
      const whole = textsIn(bytes, bytes.length)
      const inPieces = textsIn(bytes, 7)
      return (
        differs('framed', whole[0], Buffer.from(text).toString('utf8')) ??
        differs('in pieces', inPieces.slice(0, 1), whole.slice(0, 1))
      )
    },
    share: 0.5,
  },
  {
    name: 'quote, commandLine, pack, unpack',
    files: ['ssh/shell.ts', 'ssh/boot.ts'],
    read: (text) => [
      quote(text),
      commandLine(
        { label: text, script: 'id', args: [text] },
        { sudo: true, mark, kind: 'answer', limitMs: 1000 },
      ),
    ],
    refuses: true,
    samples: ["it's; $(x) `y` \\ !", '--', '\n'],
    law: (text) =>
      differs('unpacked', unpack(pack(text)), Buffer.from(text).toString('utf8')) ?? badPiece(text),
    share: 0.6,
  },
]

/** A shell would end its word, or read something into it. */
const badPiece = (text: string): string | undefined =>
  pack(text).some((piece) => /['!\n]|[^\x20-\x7e]|\\$/.test(piece))
    ? 'a piece that a shell would read otherwise'
    : undefined
