import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf, open } from './open.js'
import { openSshKey, parsed } from './keys.js'
import { startServer, userKey, type TestServer, type TestServerOptions } from './server.js'

let folder: string
let server: TestServer | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'login-'))
})
afterEach(async () => {
  await server?.close()
  rmSync(folder, { recursive: true })
})

const serve = async (options: TestServerOptions, user = 'root'): Promise<TestServer> =>
  (server = await startServer({ users: { [user]: parsed(userKey) }, ...options }))

/** A login shell, or a forced command, that does this and nothing else. */
const runs = (script: string): TestServerOptions => {
  const path = join(folder, 'shell')
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { loginShell: [path] }
}

describe('a login that runs no commands', () => {
  it.each<[string, string, RegExp, RegExp]>([
    [
      'of a cloud image',
      `echo 'Please login as the user "ubuntu" rather than the user "root".'; echo; exit 142`,
      /^its session ended with exit status 142 and no answer; the host said: Please login as the user "ubuntu" rather than the user "root"$/,
      /^set ssh-user to ubuntu, .*~root\/\.ssh\/authorized_keys$/,
    ],
    [
      'that is switched off',
      'echo "This account is currently not available."; exit 1',
      /said: This account is/,
      /usermod -s \/bin\/sh root/,
    ],
    [
      'whose password has expired',
      'echo "WARNING: Your password has expired." >&2; echo "Password change required but no TTY available." >&2; exit 1',
      /Your password has expired\. \/ Password change required/,
      /chage -M -1 -d 1 root/,
    ],
    [
      'for files',
      'echo "This service allows sftp connections only."; exit 1',
      /sftp connections only/,
      /internal-sftp/,
    ],
    [
      'without a shell',
      'echo "sh: not found" >&2; exit 127',
      /exit status 127 and no answer; .* sh: not found/,
      /ChrootDirectory/,
    ],
    [
      'that says nothing',
      'exit 0',
      /exit status 0 and no answer, and the host said nothing/,
      /startup files/,
    ],
    [
      'with a menu',
      'echo "1) reboot"; echo "2) quit"; read choice; echo "no such choice"; exit 0',
      /said: 1\) reboot \/ 2\) quit \/ no such choice/,
      /ForceCommand/,
    ],
    [
      'that shows the command',
      'printf "%s\\n" "$2"',
      /no answer; the host said: timeout -k 5 17 env -i/,
      /ForceCommand/,
    ],
  ])('%s is told with its words', async (_name, script, why, next) => {
    const failure = await failureOf(open(await serve(runs(script))))
    expect(failure.facts).toMatchObject({
      what: 'the login works, but runs no commands',
      where: `etcd-a (root@127.0.0.1:${server?.port})`,
    })
    expect(failure.facts.why).toMatch(why)
    expect(failure.facts.next).toMatch(next)
    expect(server?.commands).toHaveLength(1)
  })

  it('is told from a sudo that refuses', async () => {
    const script = 'echo "Please login as the user "ops" rather than the user "admin"."; exit 142'
    const failure = await failureOf(open(await serve(runs(script), 'admin'), {}, 'admin'))
    expect(failure.facts.what).toBe('the login works, but runs no commands')
    expect(failure.facts.why).toContain('Please login as the user')
  })

  it('is told where the server refuses the request', async () => {
    const failure = await failureOf(open(await serve({ refuseExec: true })))
    expect(failure.facts).toMatchObject({
      why: 'its SSH server refuses to run commands',
      state: 'it was not started',
    })
  })
})

describe('sudo among the noise of a login', () => {
  it.each([
    [
      'a password is required',
      'echo "sudo: a password is required" >&2; exit 1',
      /^sudo asks for a password \(sudo: a password is required\)$/,
    ],
    ['nothing of its own', 'exit 1', /^sudo failed \(Welcome to this host/],
  ])('%s', async (_name, sudo, why) => {
    writeFileSync(join(folder, 'sudo'), `#!/bin/sh\n${sudo}\n`, { mode: 0o755 })
    writeFileSync(join(folder, 'id'), '#!/bin/sh\necho 0\n', { mode: 0o755 })
    const options = { path: folder, ...runs('echo "Welcome to this host"; shift; exec sh -c "$1"') }
    const failure = await failureOf(open(await serve(options, 'ops'), {}, 'ops'))
    expect(failure.facts.what).toBe('ops cannot become root with sudo')
    expect(failure.facts.why).toMatch(why)
  })
})

describe('a login that is refused', () => {
  it.each(['ed25519', 'rsa'] as const)('for a second factor, with an %s key', async (type) => {
    const privateKey = openSshKey(type)
    const options = { users: { root: parsed(privateKey) }, secondFactor: ['keyboard-interactive'] as const }
    const failure = await failureOf(open(await serve(options), { auth: { privateKey } }))
    expect(failure.facts.why).toMatch(
      /the key was taken \(\S+ SHA256:\S+\), and the server wants keyboard-interactive as well/,
    )
    expect(failure.facts.next).toContain('AuthenticationMethods publickey')
  })

  it.each([
    ['System is booting up. Unprivileged users are not permitted to log in yet.\n', /wait until/],
    ['Your account has expired; please contact your system administrator.\n', /chage -E -1 ops/],
    ['Kaputt\r\u001b[2J::error::\n', /look into the log of sshd/],
  ])('by PAM with %j', async (farewell, next) => {
    const failure = await failureOf(
      open(await serve({ banner: 'Authorised use only. Passwords expire.', farewell }, 'ops'), {}, 'ops'),
    )
    expect(failure.facts.why).toMatch(
      /^login as ops was refused: the account may not log in now; the host said: /,
    )
    // eslint-disable-next-line no-control-regex -- that there is none
    expect(failure.message).not.toMatch(/Authorised|[\r\u001b]/)
    expect(failure.facts.next).toMatch(next)
  })

  it('keeps a banner for everybody out of it', async () => {
    const running = await serve({ banner: 'Accounts of leavers are locked and expired.' })
    const failure = await failureOf(open(running, { auth: { privateKey: openSshKey('ed25519') } }))
    expect(failure.message).not.toContain('leavers')
    expect(failure.facts.next).toContain('authorized_keys')
  })
})
