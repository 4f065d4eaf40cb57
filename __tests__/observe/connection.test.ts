import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { holdProbeListener } from '../../src/host/probe-listener.js'
import { tryConnection } from '../../src/observe/connection.js'
import { OpenFailure, type HostSession } from '../../src/ssh/port.js'
import { localSession, SHELLS } from '../host/local-session.js'

const servers: Server[] = []
afterEach(() => servers.splice(0).forEach((server) => server.close()))

const serve = async (greet: (socket: Socket) => void): Promise<number> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    greet(socket)
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
const freePort = async (): Promise<number> => {
  const port = await serve(() => undefined)
  await new Promise((done) => servers.pop()!.close(done))
  return port
}

const session = localSession()
/** A host whose SSH server forbids forwarding. */
const prohibited = (of: HostSession): HostSession => ({
  ...of,
  openTcp: () => Promise.reject(new OpenFailure('prohibited', 'open failed')),
})
const failing = (kind: 'failed' | 'timeout', message: string): HostSession => ({
  ...session,
  openTcp: () => Promise.reject(new OpenFailure(kind, message)),
})

describe.each([
  ['through the SSH server', session],
  ['with the bash of the host', prohibited(session)],
])('tryConnection %s', (_name, from) => {
  it('knows our own listener by its word', async () => {
    const port = await serve((socket) => socket.end('the word\n'))
    expect(await tryConnection(from, '127.0.0.1', port, 'the word')).toEqual({
      outcome: 'probed',
      reason: '',
    })
  })

  it.each([
    ['says something else', (socket: Socket) => socket.end('hello\n')],
    ['says nothing', () => undefined],
    ['hangs up', (socket: Socket) => socket.destroy()],
  ])('tells a stranger that %s', async (_manner, greet) => {
    const port = await serve(greet)
    expect((await tryConnection(from, '127.0.0.1', port, 'the word')).outcome).toBe('reached')
  })

  it('counts any answer where we do not listen', async () => {
    const port = await serve(() => undefined)
    expect((await tryConnection(from, '127.0.0.1', port, undefined)).outcome).toBe('reached')
  })

  it('sees that nobody listens', async () => {
    const port = await freePort()
    expect(await tryConnection(from, '127.0.0.1', port, undefined)).toEqual({
      outcome: 'refused',
      reason: '',
    })
  })
})

describe('tryConnection', () => {
  it.each([
    ['failed', 'No route to host'],
    ['timeout', 'no answer within 3000 ms'],
  ] as const)('passes on why it %s', async (kind, message) => {
    expect(await tryConnection(failing(kind, message), '10.0.0.1', 2380, 'w')).toEqual({
      outcome: 'failed',
      reason: message,
    })
  })

  it('admits that it could not check', async () => {
    const bare = localSession(['/bin/sh'], { PATH: '/nonexistent' })
    expect(await tryConnection(prohibited(bare), '127.0.0.1', 1, undefined)).toMatchObject({
      outcome: 'not-checked',
      reason: expect.stringContaining('no bash') as string,
    })
  })

  it('lets a lost session be an error', async () => {
    const lost = { ...session, openTcp: () => Promise.reject(new Error('gone')) }
    await expect(tryConnection(lost, '127.0.0.1', 1, undefined)).rejects.toThrow('gone')
  })
})

describe.skipIf(!existsSync('/usr/bin/systemd-socket-activate')).each(SHELLS)(
  'holdProbeListener under $name',
  ({ argv }) => {
    const host = localSession(argv)

    it('answers with its word, again and again, and frees the port on release', async () => {
      const port = await freePort()
      const held = await holdProbeListener(host, '127.0.0.1', port, 'w0rd')
      for (let time = 0; time < 3; time++) {
        expect((await tryConnection(session, '127.0.0.1', port, 'w0rd')).outcome).toBe('probed')
      }
      await held.release()
      expect((await tryConnection(session, '127.0.0.1', port, 'w0rd')).outcome).toBe('refused')
      const server = createServer().listen(port, '127.0.0.1')
      servers.push(server)
      await once(server, 'listening')
    })

    it('fails where the address is not one of the host', async () => {
      await expect(holdProbeListener(host, '192.0.2.1', await freePort(), 'w')).rejects.toThrow(
        /does not listen/,
      )
    })
  },
)
