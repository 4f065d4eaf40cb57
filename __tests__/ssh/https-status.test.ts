import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { httpsStatus, type AsWhom } from '../../src/ssh/https-status.js'
import { localSession } from '../host/local-session.js'
import { testCertificates, type TestCertificates } from './certificates.js'

let certificates: TestCertificates
let server: Server
let port: number
/** Certificates of clients that came, in order. */
const came: string[] = []

beforeAll(async () => {
  certificates = testCertificates()
  const { cert, key } = certificates.server
  server = createServer(
    { cert, key, ca: certificates.ca, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      came.push(request.socket.remoteAddress ?? '')
      response.writeHead(request.url === '/version' ? 200 : 404).end('{}')
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

const ask = (as: Partial<AsWhom> = {}, path = '/version', address = '127.0.0.1'): Promise<number> =>
  httpsStatus(localSession(), { address, port, path }, { ...certificates.client, ca: certificates.ca, ...as })

describe('a new connection with a certificate', () => {
  it('gives the status of the answer, and is another one each time', async () => {
    const before = came.length
    expect(await ask()).toBe(200)
    expect(await ask({}, '/else')).toBe(404)
    expect(came.length).toBe(before + 2)
  })

  it('fails where the server does not take it, though TLS 1.3 says so after the handshake only', async () => {
    const stranger = testCertificates().client
    await expect(ask(stranger)).rejects.toThrow(/alert|closed the connection|hang up|ECONNRESET|EPIPE/)
  })

  it('fails where the server is of another CA, unless nobody asks', async () => {
    await expect(ask({ ca: certificates.otherCa })).rejects.toThrow(/certificate/)
    const { cert, key } = certificates.client
    expect(
      await httpsStatus(localSession(), { address: '127.0.0.1', port, path: '/version' }, { cert, key }),
    ).toBe(200)
  })

  it('fails where the server is somebody else', async () => {
    await expect(ask({}, '/version', 'localhost')).rejects.toThrow(/altnames|ECONNREFUSED/)
  })
})
