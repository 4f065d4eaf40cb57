import { describe, expect, it } from 'vitest'
import { cleanKnownHosts } from '../../src/inputs/known-hosts-text.js'
import { parseKnownHosts } from '../../src/ssh/known-hosts.js'
import { openSshKey } from '../ssh/keys.js'
import { MANGLINGS, MANGLINGS_OF_PEM } from './manglings.js'
import { anyHost, defaults, deploy, knownHost, problemsIn, readWith, sshKey, type Texts } from './setting.js'

const KEY = '(example: ${{ secrets.SSH_PRIVATE_KEY }})'
const KNOWN = '(example: 192.168.1.1 ssh-ed25519 AAAAC3Nza...)'
const JUMP = '(example: admin@bastion.example.com:2222)'
const locked = openSshKey('ed25519', 'open sesame')
const hashed = 'has a line 1 that cannot be read: the hashed host name is damaged'

describe('SSH inputs that are wrong', () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      'a key that is not set',
      { 'ssh-private-key': '' },
      [
        'ssh-private-key is empty, and there is no SSH agent either (SSH_AUTH_SOCK is not set): the secret it comes ' +
          'from is probably not set, or not visible to this workflow (forks and other environments do not see it) ' +
          KEY,
      ],
    ],
    [
      'an encrypted key without passphrase',
      { 'ssh-private-key': locked },
      [
        `ssh-private-key (secret) cannot be used: it is encrypted and no passphrase is given; set ssh-passphrase ${KEY}`,
      ],
    ],
    [
      'an encrypted key with another passphrase',
      { 'ssh-private-key': locked, 'ssh-passphrase': 'shut sesame' },
      [
        `ssh-private-key (secret) cannot be used: the passphrase does not open it; check ssh-passphrase ${KEY}`,
      ],
    ],
    [
      'a public key',
      { 'ssh-private-key': knownHost('h').slice(2) },
      [
        `ssh-private-key (secret) cannot be used: it is a public key; give the private half, the file without ".pub" ${KEY}`,
      ],
    ],
    [
      'no known_hosts',
      { 'ssh-known-hosts': '' },
      [
        'ssh-known-hosts is empty, so no host could be told from an impostor: give the lines that ssh-keyscan prints ' +
          'for the hosts, after comparing the fingerprints (if they come from a secret or a variable, it is probably ' +
          `not set) ${KNOWN}`,
      ],
    ],
    [
      'known_hosts that are none',
      { 'ssh-known-hosts': `${anyHost}\n|1|x|y ${anyHost.slice(2)}\nssh-ed25519 AAAA` },
      [
        `ssh-known-hosts ${hashed.replace('line 1', 'line 2')} ${KNOWN}`,
        `ssh-known-hosts has a line 3 that cannot be read: there is no host name before the key ${KNOWN}`,
      ],
    ],
    [
      'hosts and bastions that are not in known_hosts',
      {
        hosts: '10.0.0.1\n10.0.0.2 ssh=10.0.0.2:2222\n10.0.0.3',
        'ssh-jump': 'bastion',
        'ssh-known-hosts': `${knownHost('10.0.0.1')}\n${knownHost('10.0.0.2')}`,
      },
      [
        ['bastion', 'bastion'],
        ['[10.0.0.2]:2222', '-p 2222 10.0.0.2'],
        ['10.0.0.3', '10.0.0.3'],
      ].map(
        ([name, scan]) =>
          `ssh-known-hosts has no line for ${name}, so that host would be refused: add what "ssh-keyscan ${scan}" prints, ` +
          `after comparing the fingerprint on the host ${KNOWN}`,
      ),
    ],
    [
      'two keys in one',
      { 'ssh-private-key': sshKey + openSshKey('ed25519') },
      [
        `ssh-private-key (secret) cannot be used: it holds 2 private keys; keep the one that the hosts know and remove the others ${KEY}`,
      ],
    ],
    ...(
      [
        ['~/.ssh/id_ed25519', 'is the path of a file; give what is in that file'],
        ['ca.pem', 'is the path of a file; give what is in that file'],
        [
          '${{ secrets.SSH_KEY }}',
          'is a variable that nothing was put in place of; check how the value comes here',
        ],
        ['$SSH_KEY', 'is a variable that nothing was put in place of; check how the value comes here'],
        [
          sshKey.split('\n').slice(1, -2).join('\n'),
          'is PEM without its BEGIN and END lines; give the whole file, with them',
        ],
        [
          '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nAAAA',
          'is a private key in the form of ssh.com; convert it with "ssh-keygen -i -f FILE"',
        ],
      ] as const
    ).map(
      ([text, rule]) =>
        [
          `no key but ${rule}`,
          { 'ssh-private-key': text, 'ca-key': text },
          [
            `ssh-private-key (secret) ${rule} ${KEY}`,
            `ca-key (secret) ${rule} (example: \${{ secrets.CA_KEY }})`,
          ],
        ] as [string, Texts, string[]],
    ),
    [
      'a word that host key checking does not know',
      { 'ssh-host-key-checking': 'no' },
      ['ssh-host-key-checking "no" is not one of strict, accept-new (example: strict)'],
    ],
    [
      'bastions that are none',
      { 'ssh-jump': 'ssh://b\n@b\nb:x\nb:70000\n10.0.0.999' },
      [
        `ssh-jump "ssh://b" is a URL; write it as [USER@]HOST[:PORT] ${JUMP}`,
        `ssh-jump "@b" has no login name in front of the @ ${JUMP}`,
        `ssh-jump "b:x" does not end in a port, a whole number from 1 to 65535 ${JUMP}`,
        `ssh-jump "b:70000" does not end in a port, a whole number from 1 to 65535 ${JUMP}`,
        `ssh-jump "10.0.0.999" looks like an IPv4 address but is none ${JUMP}`,
      ],
    ],
    [
      'a bastion twice',
      { 'ssh-jump': 'a, u@A:22' },
      [
        'ssh-jump "a" is passed twice; each bastion goes in once, in order (example: admin@bastion.example.com)',
      ],
    ],
    [
      'a login that is none',
      { 'ssh-user': '-oProxyCommand=x' },
      [
        'ssh-user "-oProxyCommand=x" is no login name: no blanks, none of : / , ; |, no dash in front (example: root)',
      ],
    ],
    [
      'a port that is none',
      { 'ssh-port': '70000' },
      ['ssh-port "70000" is not a port, a whole number from 1 to 65535 (example: 22)'],
    ],
  ])('%s', (_, texts, problems) => {
    expect(problemsIn({ ...deploy, ...texts })).toEqual(problems)
  })
})

describe('SSH inputs that are right', () => {
  it('takes an encrypted key with its passphrase', () => {
    const { secrets } = readWith({ ...deploy, 'ssh-private-key': locked, 'ssh-passphrase': 'open sesame' })
    expect(secrets.sshPassphrase).toBe('open sesame')
    expect(secrets.sshPrivateKey).toBe(locked)
  })

  it('takes a key whatever became of it on its way', () => {
    for (const [, mangle] of [...MANGLINGS, ...MANGLINGS_OF_PEM]) {
      const given = mangle(locked)
      const { secrets } = readWith({ ...deploy, 'ssh-private-key': given, 'ssh-passphrase': 'open sesame' })
      expect(secrets.sshPrivateKey).toBe(locked)
    }
  })

  const two = `${knownHost('192.168.1.1')}\n${knownHost('192.168.1.2')}\n`

  it.each([
    ['with \\n for line ends', two.replaceAll('\n', '\\n')],
    ['in quotes', `"${two.trim()}"`],
    ['with \\n, in quotes', JSON.stringify(two)],
    ['percent-encoded', encodeURIComponent(two)],
    ['as base64', Buffer.from(two).toString('base64')],
    ['as base64 of its \\n form', Buffer.from(two.replaceAll('\n', '\\n')).toString('base64')],
    ['on one line', two.replaceAll('\n', ' ')],
    ['with a byte order mark, indented', `\ufeff  ${two.replaceAll('\n', '\r\n  ')}`],
  ])('takes known_hosts lines %s', (_, given) => {
    const hosts = '192.168.1.1\n192.168.1.2'
    const { desired } = readWith({ ...deploy, hosts, 'allow-even-members': 'true', 'ssh-known-hosts': given })
    expect(parseKnownHosts(desired.ssh.knownHosts).entries).toHaveLength(2)
  })

  it.each([
    ['a name with a percent sign', knownHost('fe80::1%20')],
    ['a comment with a backslash', `${knownHost('*')} C:\\new`],
    ['a comment that looks like another line', `# ${knownHost('evil')} ${knownHost('other')}\n${anyHost}`],
    ['a marker before the second key of a line', `@revoked ${knownHost('a')} ${knownHost('b')}`],
  ])('leaves known_hosts as it is: %s', (_, given) => {
    expect(cleanKnownHosts(given)).toBe(given)
  })

  it('needs no key where there is an agent, and nothing at all where nobody logs in', () => {
    expect(problemsIn({ ...deploy, 'ssh-private-key': '' }, { SSH_AUTH_SOCK: '/agent' })).toEqual([])
    const endpoints = { ...defaults, operation: 'health', endpoints: 'http://10.0.0.1:2379' }
    expect(problemsIn(endpoints)).toEqual([])
  })

  it('takes bastions in order, with the defaults where they say nothing', () => {
    const { desired } = readWith({ ...deploy, 'ssh-jump': '# two\nb1\nu@[fd00::1]:2222', 'ssh-user': 'ops' })
    expect(desired.ssh.jumps).toEqual([
      { user: 'ops', host: 'b1', port: 22 },
      { user: 'u', host: 'fd00::1', port: 2222 },
    ])
  })

  it('takes accept-new without known_hosts, with a warning', () => {
    const { warnings } = readWith({ ...deploy, 'ssh-host-key-checking': 'accept-new', 'ssh-known-hosts': '' })
    expect(warnings).toEqual([
      'ssh-host-key-checking is accept-new: the key of a host that is not in ssh-known-hosts is taken as it comes, ' +
        'from whoever answers; keep the lines this run prints in ssh-known-hosts and go back to strict',
    ])
  })
})
