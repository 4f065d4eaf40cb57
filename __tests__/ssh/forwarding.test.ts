import { once } from 'node:events'
import { createServer as createHttpServer, request as httpRequest, type Agent, type Server } from 'node:http'
import { createServer as createHttpsServer, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { forwardedAgent, type ForwardedTls } from '../../src/ssh/forwarded-http.js'
import { OpenFailure, type HostSession } from '../../src/ssh/port.js'
import { testCertificates, type TestCertificates } from './certificates.js'
import { open } from './open.js'
import { startServer, type TestServer } from './server.js'

let server: TestServer
let session: HostSession
let certificates: TestCertificates
beforeAll(async () => {
  server = await startServer()
  session = await open(server)
  certificates = testCertificates()
})
afterAll(async () => {
  await session.close()
  await server.close()
})
const cleanups: (() => void)[] = []
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()))

const listen = async (listener: {
  listen(port: number, host: string): unknown
  address(): unknown
}): Promise<number> => {
  listener.listen(0, '127.0.0.1')
  await once(listener as never, 'listening')
  cleanups.push(() => (listener as Server).close())
  return (listener.address() as AddressInfo).port
}

const freePort = async (): Promise<number> => {
  const holder = createTcpServer()
  const port = await listen(holder)
  await new Promise((resolve) => holder.close(resolve))
  return port
}

const openFailureOf = async (work: Promise<unknown>): Promise<OpenFailure> => {
  const error: unknown = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(OpenFailure)
  return error as OpenFailure
}

describe('openTcp', () => {
  it('carries bytes both ways, and the end too', async () => {
    const port = await listen(createTcpServer((socket) => socket.pipe(socket)))
    const stream = await session.openTcp('127.0.0.1', port, 5000)
    const sent = Buffer.alloc(3_000_000, 'abcdefg')
    stream.end(sent)
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).equals(sent)).toBe(true)
    expect(stream.destroyed).toBe(true)
  })

  it('refused', async () => {
    const failure = await openFailureOf(session.openTcp('127.0.0.1', await freePort(), 5000))
    expect(failure.kind).toBe('refused')
  })

  it('prohibited', async () => {
    const closed = await startServer({ forwarding: 'prohibited' })
    const other = await open(closed)
    expect((await openFailureOf(other.openTcp('127.0.0.1', 1, 5000))).kind).toBe('prohibited')
    await other.close()
    await closed.close()
  })

  it('destroyed by us ends at the other side', async () => {
    let ended = false
    const port = await listen(createTcpServer((socket) => socket.on('close', () => (ended = true)).resume()))
    const stream = await session.openTcp('127.0.0.1', port, 5000)
    stream.destroy()
    while (!ended) await sleep(10)
  })

  it('breaks with an error when the connection is lost', async () => {
    const fragile = await startServer()
    const other = await open(fragile)
    const port = await listen(createTcpServer(() => {}))
    const stream = await other.openTcp('127.0.0.1', port, 5000)
    const broken = once(stream, 'error') as Promise<[Error]>
    fragile.cut()
    expect((await broken)[0].message).toContain('the SSH connection is lost')
    expect((await openFailureOf(other.openTcp('127.0.0.1', port, 5000))).kind).toBe('failed')
    await other.close()
    await fragile.close()
  })
})

const get = (agent: Agent, port: number, tls: boolean): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { agent, host: '127.0.0.1', port, path: '/health', timeout: 5000 }
    const request = (tls ? httpsRequest : httpRequest)(options, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', () => resolve(body))
    })
    request.on('error', reject)
    request.end()
  })

describe('forwardedAgent', () => {
  const agentFor = (port: number, tls?: ForwardedTls): Agent => {
    const agent = forwardedAgent(session, '127.0.0.1', port, tls)
    cleanups.push(() => agent.destroy())
    return agent
  }
  const secured = (certificate: { cert: string; key: string }) =>
    createHttpsServer(
      { ...certificate, ca: certificates.ca, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const socket = request.socket as unknown as { getPeerCertificate(): { subject: { CN: string } } }
        response.end(`hello ${socket.getPeerCertificate().subject.CN}`)
      },
    )

  it('speaks plain HTTP over one kept connection', async () => {
    let connections = 0
    const web = createHttpServer((request, response) => response.end(`you asked ${request.url}`))
    web.on('connection', () => (connections += 1))
    const port = await listen(web)
    const agent = agentFor(port)
    for (let round = 0; round < 3; round += 1) expect(await get(agent, port, false)).toBe('you asked /health')
    expect(connections).toBe(1)
  })

  it('speaks HTTPS with a client certificate over one kept connection', async () => {
    let connections = 0
    const web = secured(certificates.server).on('secureConnection', () => (connections += 1))
    const port = await listen(web)
    const agent = agentFor(port, { ca: certificates.ca, ...certificates.client })
    for (let round = 0; round < 3; round += 1) expect(await get(agent, port, true)).toBe('hello client')
    expect(connections).toBe(1)
  })

  it('checks the address against the certificate', async () => {
    const port = await listen(secured(certificates.elsewhere))
    const agent = agentFor(port, { ca: certificates.ca, ...certificates.client })
    await expect(get(agent, port, true)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
    const named = agentFor(port, {
      ca: certificates.ca,
      ...certificates.client,
      serverName: 'elsewhere.test',
    })
    expect(await get(named, port, true)).toBe('hello client')
  })

  it('trusts no other authority', async () => {
    const port = await listen(secured(certificates.server))
    const agent = agentFor(port, { ca: certificates.otherCa, ...certificates.client })
    await expect(get(agent, port, true)).rejects.toThrow(/certificate/)
  })

  it('passes on that nothing listens', async () => {
    const port = await freePort()
    expect((await openFailureOf(get(agentFor(port), port, false))).kind).toBe('refused')
  })

  it('times out on a server that says nothing', async () => {
    const port = await listen(createTcpServer((socket) => void cleanups.push(() => socket.destroy())))
    const request = httpRequest({ agent: agentFor(port), host: '127.0.0.1', port, timeout: 200 })
    request.on('timeout', () => request.destroy(new Error('too slow')))
    request.end()
    expect(((await once(request, 'error')) as [Error])[0].message).toBe('too slow')
  })
})
