import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import type { Failure } from '../../src/failure.js'
import { openSession, type OpenOptions } from '../../src/ssh/open-all.js'
import { failureOf } from '../ssh/open.js'
import { e2eLab } from './lab.js'
import { SSHD_ANEW } from './sshd.js'

const call = promisify(execFile)

let lab: Lab
let options: OpenOptions
beforeAll(async () => {
  lab = await e2eLab()
  options = {
    auth: { privateKey: await readFile(lab.ssh.keyFile, 'utf8') },
    knownHosts: await readFile(lab.ssh.knownHostsFile, 'utf8'),
    hostKeyChecking: 'strict',
    jumps: [],
  }
})
/** Files are put back; sshd has to read them anew. */
const blank = async (): Promise<void> => {
  await lab.command('reset', '1')
  await lab.on(1, SSHD_ANEW)
}
beforeEach(async () => {
  await blank()
  await lab.command('sudoer', '1', 'ops')
})
afterAll(() => blank())

const refusal = (user: string, more: Partial<OpenOptions> = {}): Promise<Failure> =>
  failureOf(
    openSession({
      ...options,
      ...more,
      member: 'etcd-1',
      target: { user, host: lab.hosts[0]?.address ?? '', port: 22 },
    }).then((session) => session.close()),
  )

const sshd = (...lines: readonly string[]): Promise<string> =>
  lab.on(
    1,
    `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >/etc/ssh/sshd_config.d/00-test.conf && sshd -t && ${SSHD_ANEW}`,
  )

/** With a real sshd and a real PAM; the banner must never be taken for an answer. */
describe('a login is refused', () => {
  test('for want of a second factor', async () => {
    await sshd('AuthenticationMethods publickey,keyboard-interactive', 'KbdInteractiveAuthentication yes')
    expect((await refusal('ops')).facts.why).toMatch(
      /the key was taken \(.*\), and the server wants keyboard-interactive as well/,
    )
  })

  test('while the host boots, and in a maintenance', async () => {
    await lab.on(1, "echo 'Back at noon' >/etc/issue.net; echo 'Maintenance until noon' >/run/nologin")
    await sshd('Banner /etc/issue.net')
    const { why, next } = (await refusal('ops')).facts
    await lab.on(1, 'rm -f /run/nologin')
    expect(why).toContain('the account may not log in now; the host said: Maintenance until noon')
    expect(why).not.toContain('Back at noon')
    expect(next).toContain('/run/nologin')
  })

  test('as the account has expired', async () => {
    await lab.on(1, 'chage -E 1 ops')
    const { why, next } = (await refusal('ops')).facts
    expect(why).toMatch(/the host said: Your account has expired/)
    expect(next).toContain('chage -E -1 ops')
  })

  test('to an agent with more keys than the server bears', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'etcd-deploy-agent-'))
    const agentSocket = join(folder, 'socket')
    const agent = spawn('ssh-agent', ['-D', '-a', agentSocket], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(agent.stdout, 'data')
      for (const number of [1, 2, 3]) {
        const file = join(folder, `key${number}`)
        await call('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
        await call('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: agentSocket } })
      }
      await call('ssh-add', ['-q', lab.ssh.keyFile], { env: { ...process.env, SSH_AUTH_SOCK: agentSocket } })
      await sshd('MaxAuthTries 2')
      const { why, next } = (await refusal('root', { auth: { agentSocket } })).facts
      expect(why).toMatch(/too many wrong keys: the ssh-agent holds 4 \(/)
      expect(next).toContain('set ssh-private-key')
    } finally {
      agent.kill()
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe('a login runs no commands', () => {
  test('as its password has expired', async () => {
    await lab.on(1, 'echo ops:secret | chpasswd && chage -d 0 ops')
    const { what, why, next } = (await refusal('ops')).facts
    expect(what).toBe('the login works, but runs no commands')
    expect(why).toMatch(/password has expired|password change required/i)
    expect(next).toContain('chage -M -1 -d 1 ops')
  })

  test.each([
    [
      'a forced command',
      () =>
        sshd(
          'ForceCommand echo "Please login as the user \\"ops\\" rather than the user \\"root\\"."; exit 142',
        ),
      /^.*exit status 142 and no answer; the host said: Please login as the user "ops"/,
      /^set ssh-user to ops/,
    ],
    [
      'nologin',
      () => lab.on(1, 'usermod -s /usr/sbin/nologin ops'),
      /This account is currently not available/,
      /usermod -s \/bin\/sh ops/,
    ],
    [
      'file transfers only',
      () => sshd('ForceCommand internal-sftp'),
      /sftp connections only|no answer/,
      /sftp|ForceCommand/,
    ],
    [
      'a startup file that ends it',
      () => lab.on(1, 'usermod -s /bin/bash ops; echo "echo go away; exit 3" >/home/ops/.bashrc'),
      /exit status 3 and no answer; the host said: go away/,
      /startup files/,
    ],
  ] as const)('but %s', async (_name, prepare, why, next) => {
    await prepare()
    const { facts } = await refusal('ops')
    expect(facts.what).toBe('the login works, but runs no commands')
    expect(facts.why).toMatch(why)
    expect(facts.next).toMatch(next)
  })
})
