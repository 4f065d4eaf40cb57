import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type TlsOptions } from 'node:tls'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { trustServer } from '../../src/ssh/trusted-server.js'
import { localSession } from '../host/local-session.js'
import { testCertificates, type TestCertificates } from './certificates.js'

let certificates: TestCertificates
const servers: Server[] = []
beforeAll(() => {
  certificates = testCertificates()
})
afterEach(() => servers.splice(0).forEach((server) => server.close()))

/** Asks for a certificate and takes none that is not of the other CA. */
const serving = async (options: TlsOptions = {}): Promise<number> => {
  const server = createServer({
    ...{ ...certificates.server, ca: certificates.otherCa, requestCert: true, rejectUnauthorized: true },
    ...options,
  })
  servers.push(server.on('tlsClientError', () => undefined))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
const ask = (port: number, ca = certificates.ca, address = '127.0.0.1'): Promise<void> =>
  trustServer(localSession(), { address, port }, ca)

describe('a server that is to be trusted', () => {
  it.each<TlsOptions>([{}, { maxVersion: 'TLSv1.2' }])(
    'is, whom ever it takes itself (%j)',
    async (options) => {
      await expect(ask(await serving(options))).resolves.toBeUndefined()
    },
  )

  it('is not with a certificate of another CA', async () => {
    await expect(ask(await serving(), certificates.otherCa)).rejects.toThrow(/certificate/)
  })

  it('is not with a certificate for somebody else', async () => {
    await expect(ask(await serving({ ...certificates.elsewhere }))).rejects.toThrow(/altnames/)
  })

  it('is not where nobody listens', async () => {
    const port = await serving()
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done))
    await expect(ask(port)).rejects.toThrow(/refused/i)
  })
})
