import { describe, expect, it } from 'vitest'
import { connectFailure } from '../../src/ssh/connect-failure.js'
import { OpenFailure } from '../../src/ssh/port.js'
import {
  TroubleError,
  type ConnectTrouble,
  type LoginAttempt,
  type LoginEnding,
} from '../../src/ssh/trouble.js'

const target = { user: 'ops', host: 'fd00::7', port: 2222 }
const place = { what: 'cannot connect over SSH', where: 'etcd-7 (ops@[fd00::7]:2222)', target }
const sentence = (trouble: ConnectTrouble): string => connectFailure(new TroubleError(trouble), place).message

const socket = (code: string): ConnectTrouble => ({ kind: 'socket', code, message: `connect ${code}` })
const key = { type: 'ssh-ed25519', fingerprint: 'SHA256:abc' }
const login = (more: Partial<LoginAttempt>, said = '', ending: LoginEnding = 'refused'): ConnectTrouble => ({
  kind: 'login',
  attempt: { user: 'ops', offered: ['publickey'], source: 'key', keys: [key], partial: false, ...more },
  ending,
  said,
})
const forward = (kind: OpenFailure['kind'], message = ''): ConnectTrouble => ({
  kind: 'forward',
  failure: new OpenFailure(kind, message),
  hop: 'ops@bastion:22',
})

describe('connectFailure', () => {
  it.each<[string, ConnectTrouble, RegExp]>([
    ['DNS', socket('ENOTFOUND'), /name fd00::7 cannot be resolved on the runner.*spelling/],
    ['DNS server down', socket('EAI_AGAIN'), /cannot be resolved.*EAI_AGAIN/],
    [
      'refused',
      socket('ECONNREFUSED'),
      /refused by \[fd00::7\]:2222; check that sshd runs there and listens on port 2222/,
    ],
    ['no route', socket('EHOSTUNREACH'), /no route to \[fd00::7\]:2222 \(EHOSTUNREACH\).*ssh-jump/],
    ['kernel gave up', socket('ETIMEDOUT'), /did not answer; check that the host is up/],
    ['other socket error', socket('EPERM'), /connect EPERM; check that \[fd00::7\]:2222 can be reached/],
    [
      'no answer',
      { kind: 'timeout', stage: 'tcp', afterMs: 15_000 },
      /did not answer within 15\.0 s; .*firewall/,
    ],
    ['no handshake', { kind: 'timeout', stage: 'handshake', afterMs: 900 }, /no SSH handshake within 900 ms/],
    ['slow login', { kind: 'timeout', stage: 'login', afterMs: 900 }, /did not finish the login.*UseDNS/],
    [
      'jump forbids',
      forward('prohibited'),
      /jump host ops@bastion:22 does not allow forwarding.*AllowTcpForwarding/,
    ],
    [
      'refused behind jump',
      forward('refused'),
      /refused by \[fd00::7\]:2222, asked from jump host ops@bastion:22/,
    ],
    ['silent behind jump', forward('timeout'), /ops@bastion:22 could not reach \[fd00::7\]:2222 in time/],
    [
      'unreachable behind jump',
      forward('failed', 'No route to host'),
      /cannot reach .* \(No route to host\)/,
    ],
    [
      'key not taken',
      login({}),
      /as ops was refused: the key was not taken \(ssh-ed25519 SHA256:abc\); the server takes publickey; .*~ops\//,
    ],
    ['keys of the agent', login({ source: 'agent' }), /none of the agent's keys was taken/],
    ['empty agent', login({ source: 'agent', keys: [] }), /agent holds no key.*ssh-add/],
    [
      'no key at all',
      login({ source: 'nothing', keys: [] }),
      /neither a private key nor an agent.*is the secret/,
    ],
    ['passwords only', login({ offered: ['password'] }), /does not take public keys.*PubkeyAuthentication/],
    [
      'PAM while it boots',
      login({}, 'System is booting up. Unprivileged users are not permitted to log in yet.', 'closed'),
      /as ops was refused: the account may not log in now; the host said: System is booting up\..*yet\.; wait until/,
    ],
    [
      'a maintenance',
      login({}, 'Sorry, maintenance tonight', 'closed'),
      /said: Sorry, maintenance tonight; .*\/run\/nologin/,
    ],
    [
      'an expired account',
      login({}, 'Your account has expired; please contact your system administrator.', 'closed'),
      /Your account has expired.*chage -E -1 ops/,
    ],
    [
      'an expired password',
      login({}, 'You are required to change your password immediately (password expired).', 'closed'),
      /password expired.*chage -M -1 -d 1 ops/,
    ],
    [
      'a locked account',
      login({}, 'The account is locked due to 3 failed logins.', 'closed'),
      /faillock --user ops/,
    ],
    [
      'other words of PAM',
      login({}, 'Nur für Betreuer', 'closed'),
      /said: Nur für Betreuer; look into the log/,
    ],
    [
      'a second factor',
      login({ partial: true, offered: ['keyboard-interactive', 'password'] }),
      /the key was taken \(ssh-ed25519 SHA256:abc\), and the server wants keyboard-interactive or password as well; .*AuthenticationMethods publickey/,
    ],
    [
      'an agent with too many keys',
      login({ source: 'agent', keys: Array.from({ length: 9 }, () => key) }, '', 'too-many'),
      /too many wrong keys: the ssh-agent holds 9 \(.*, 5 more\); set ssh-private-key to the one key/,
    ],
    ['root', login({ user: 'root' }), /PermitRootLogin/],
    [
      'agent down',
      { kind: 'agent', message: 'Failed to connect to agent' },
      /did not answer \(Failed.*SSH_AUTH_SOCK/,
    ],
    [
      'algorithms',
      { kind: 'algorithms', message: 'no matching C->S cipher' },
      /no algorithm in common \(no matching C->S cipher\)/,
    ],
    [
      'not SSH',
      { kind: 'closed', stage: 'handshake', message: 'it hung up' },
      /did not speak SSH.*MaxStartups/,
    ],
    [
      'cut in login',
      { kind: 'closed', stage: 'login', message: 'it hung up' },
      /during the login.*journalctl/,
    ],
  ])('%s', (_name, trouble, words) => {
    expect(sentence(trouble)).toMatch(/^etcd-7 \(ops@\[fd00::7\]:2222\): cannot connect over SSH: /)
    expect(sentence(trouble)).toMatch(words)
    expect(sentence(trouble)).toMatch(/[^.]\.$/)
  })

  it('leaves the state to the caller, and passes failures through', () => {
    const failure = connectFailure(new TroubleError(socket('ECONNREFUSED')), place)
    expect(failure.facts.state).toBeUndefined()
    expect(connectFailure(failure, place)).toBe(failure)
  })
})
