import { execFileSync } from 'node:child_process'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { openSession, type OpenOptions } from '../../src/ssh/open-all.js'
import { fingerprint, openSshKey, parsed } from './keys.js'
import { failureOf, open } from './open.js'
import { lineFor, startServer, userKey, type TestServer, type TestServerOptions } from './server.js'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const serve = async (options?: TestServerOptions): Promise<TestServer> => {
  const server = await startServer(options)
  cleanups.push(() => server.close())
  return server
}

const opened = async (server: TestServer, more: Partial<OpenOptions> = {}, user?: string) => {
  const session = await open(server, more, user)
  cleanups.push(() => session.close())
  return session
}

describe('host keys', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('connects to a host whose %s key is listed', async (type) => {
    const server = await serve({ hostKeys: [openSshKey(type)] })
    expect((await opened(server)).target).toBe(`root@127.0.0.1:${server.port}`)
  })

  it.each([0, 1])('asks for the one listed key of a host with several (%i)', async (index) => {
    const hostKeys = [openSshKey('ed25519'), openSshKey('ecdsa')]
    const server = await serve({ hostKeys })
    await opened(server, { knownHosts: lineFor(`[127.0.0.1]:${server.port}`, hostKeys[index] ?? '') })
  })

  it('refuses an unknown host before it logs in, with the line to add', async () => {
    const server = await serve()
    const key = server.hostKeys[0] ?? ''
    const elsewhere = lineFor('[127.0.0.1]:1', key)
    const failure = await failureOf(open(server, { knownHosts: elsewhere }))
    expect(failure.message).toContain(`etcd-a (root@127.0.0.1:${server.port}): cannot connect over SSH`)
    expect(failure.facts.why).toBe(
      `the host is not in ssh-known-hosts; it showed the ssh-ed25519 key ${fingerprint(key)}`,
    )
    const line = failure.facts.next?.split(': ').at(-1) ?? ''
    await opened(server, { knownHosts: line })
  })

  it('refuses a changed key in both modes, with both fingerprints', async () => {
    const server = await serve()
    const before = openSshKey('ed25519')
    const knownHosts = lineFor(`[127.0.0.1]:${server.port}`, before)
    for (const hostKeyChecking of ['strict', 'accept-new'] as const) {
      const failure = await failureOf(open(server, { knownHosts, hostKeyChecking }))
      expect(failure.facts.why).toMatch(/^DANGER: its host key has changed/)
      expect(failure.facts.why).toContain(fingerprint(before))
      expect(failure.facts.why).toContain(fingerprint(server.hostKeys[0] ?? ''))
    }
  })

  it('refuses a key of another type than the listed one', async () => {
    const server = await serve()
    const knownHosts = lineFor(`[127.0.0.1]:${server.port}`, openSshKey('ecdsa'))
    const failure = await failureOf(open(server, { knownHosts, hostKeyChecking: 'accept-new' }))
    expect(failure.facts.why).toMatch(/lists only the ecdsa-sha2-nistp256 key/)
  })

  it('refuses a revoked key', async () => {
    const server = await serve()
    const knownHosts = `${server.knownHosts}\n@revoked ${lineFor('*', server.hostKeys[0] ?? '')}`
    expect((await failureOf(open(server, { knownHosts }))).facts.why).toMatch(/@revoked/)
  })

  it('accept-new takes an unknown key and reports a line that then works', async () => {
    const server = await serve()
    const accepted: string[][] = []
    const onAcceptedKey = (...facts: string[]): void => void accepted.push(facts)
    await opened(server, { knownHosts: '', hostKeyChecking: 'accept-new', onAcceptedKey })
    expect(accepted).toEqual([[server.knownHosts, fingerprint(server.hostKeys[0] ?? ''), '127.0.0.1']])
    await opened(server, { knownHosts: accepted[0]?.[0] ?? '', onAcceptedKey })
    expect(accepted).toHaveLength(1)
  })

  it('sends nothing of the login to a host it refuses', async () => {
    const server = await serve()
    let attempts = 0
    const debug = (line: string): void => void (attempts += line.includes('USERAUTH_REQUEST') ? 1 : 0)
    await failureOf(open(server, { knownHosts: '', debug }))
    expect(attempts).toBe(0)
    await opened(server, { debug })
    expect(attempts).toBeGreaterThan(0)
  })
})

describe('login', () => {
  it('opens an encrypted key', async () => {
    const locked = openSshKey('ecdsa', 'pw')
    const server = await serve({ users: { root: parsed(locked, 'pw') } })
    await opened(server, { auth: { privateKey: locked, passphrase: 'pw' } })
    const failure = await failureOf(open(server, { auth: { privateKey: locked, passphrase: 'nope' } }))
    expect(failure.message).toBe(
      'cannot use ssh-private-key: the passphrase does not open it; check ssh-passphrase.',
    )
  })

  it('names the user, the key and what the server takes when the key is wrong', async () => {
    const server = await serve()
    const wrong = openSshKey('ed25519')
    const failure = await failureOf(open(server, { auth: { privateKey: wrong } }))
    expect(failure.facts.why).toBe(
      `login as root was refused: the key was not taken (ssh-ed25519 ${fingerprint(wrong)}); the server takes publickey`,
    )
    expect(failure.facts.next).toContain('~root/.ssh/authorized_keys')
    // However deep a log prints the error, no part of the key is in it.
    const printed = inspect(failure, { depth: Infinity, showHidden: true })
    expect(printed).toContain('TroubleError')
    expect(printed).not.toContain('PRIVATE KEY')
    expect(printed).not.toContain(wrong.split('\n').slice(1, -2).join(''))
  })

  it('says when there is nothing to log in with', async () => {
    const server = await serve()
    const failure = await failureOf(open(server, { auth: { privateKey: '', agentSocket: '' } }))
    expect(failure.facts.why).toContain('neither a private key nor an agent')
  })

  it('says when the agent does not answer', async () => {
    const server = await serve()
    const failure = await failureOf(open(server, { auth: { agentSocket: '/nonexistent/agent' } }))
    expect(failure.facts.why).toMatch(/ssh-agent did not answer/)
  })

  it('logs in with the keys of an agent, or names them', async () => {
    const said = execFileSync('ssh-agent', ['-s']).toString()
    const agentSocket = /SSH_AUTH_SOCK=([^;]+)/.exec(said)?.[1] ?? ''
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(said)?.[1])
    try {
      const server = await serve()
      const empty = await failureOf(open(server, { auth: { agentSocket } }))
      expect(empty.facts.why).toContain('the ssh-agent holds no key')
      const add = (key: string) =>
        execFileSync('ssh-add', ['-q', '-'], {
          input: key,
          env: { ...process.env, SSH_AUTH_SOCK: agentSocket },
        })
      const wrong = openSshKey('ecdsa')
      add(wrong)
      const failure = await failureOf(open(server, { auth: { agentSocket } }))
      expect(failure.facts.why).toContain(`(ecdsa-sha2-nistp256 ${fingerprint(wrong)})`)
      add(userKey)
      await opened(server, { auth: { agentSocket } })
    } finally {
      process.kill(pid)
    }
  })
})

describe('the way there', () => {
  const listening = async (onConnection: Parameters<typeof createServer>[1]): Promise<number> => {
    const plain: Server = createServer(onConnection as never)
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', () => resolve()))
    cleanups.push(() => new Promise((resolve) => plain.close(resolve)))
    return (plain.address() as AddressInfo).port
  }
  const openAt = (host: string, port: number, connectTimeoutMs = 15_000) =>
    openSession({
      auth: { privateKey: userKey },
      knownHosts: '',
      hostKeyChecking: 'strict',
      jumps: [],
      member: 'etcd-a',
      target: { user: 'root', host, port },
      connectTimeoutMs,
    })

  it('refused', async () => {
    const server = await startServer()
    await server.close()
    const failure = await failureOf(openAt('127.0.0.1', server.port))
    expect(failure.facts.why).toBe(`connection refused by 127.0.0.1:${server.port}`)
  })

  it('name not known', async () => {
    const failure = await failureOf(openAt('no-such-host.invalid', 22))
    expect(failure.facts.why).toMatch(/^the name no-such-host\.invalid cannot be resolved/)
  })

  it('silent port', async () => {
    const port = await listening((socket) => cleanups.push(async () => socket.destroy()))
    const failure = await failureOf(openAt('127.0.0.1', port, 300))
    expect(failure.facts.why).toMatch(/took the connection and sent no SSH handshake within/)
  })

  it('hangs up at once', async () => {
    const port = await listening((socket) => socket.resume().end())
    expect((await failureOf(openAt('127.0.0.1', port))).facts.why).toMatch(/did not speak SSH to us/)
  })

  it('speaks something else', async () => {
    const port = await listening((socket) => {
      socket.on('error', () => {})
      socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
      socket.on('data', () => socket.end())
    })
    expect((await failureOf(openAt('127.0.0.1', port, 3000))).facts.why).toMatch(
      /did not speak SSH|no SSH handshake/,
    )
  })
})
