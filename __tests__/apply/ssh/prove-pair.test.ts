import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { provePair } from '../../../src/apply/ssh/prove-pair.js'
import type { CertificatePair } from '../../../src/apply/context.js'
import { localSession } from '../../host/local-session.js'
import { testCertificates, type TestCertificates } from '../../ssh/certificates.js'
import { desiredOf } from '../../etcd/desired.fixture.js'

type Identity = TestCertificates['server']

let certificates: TestCertificates
const servers: Server[] = []
beforeAll(() => {
  certificates = testCertificates()
})
afterEach(() => servers.splice(0).forEach((server) => server.close()))

/** The peer port of a member which takes nobody but those of that name (`--peer-cert-allowed-cn`). */
const peerPort = async (
  address: string,
  port: number,
  served: Identity,
  allowed: string,
): Promise<number> => {
  const options = { ...served, ca: certificates.ca, requestCert: true, rejectUnauthorized: true }
  const server = createServer(options, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate()
    if (subject?.CN === allowed) response.end('{}')
    else request.socket.destroy()
  })
  servers.push(server)
  server.listen(port, address)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
const pairOf = ({ cert, key }: Identity): CertificatePair => ({
  certificatePem: cert,
  privateKeyPem: () => key,
})

/** Proves the pair of `first`, which it serves, beside `second`, which has a pair of this run or keeps its own. */
const prove = async ({
  allowed = 'server',
  caOfSecond = certificates.ca,
  second,
}: { allowed?: string; caOfSecond?: string; second?: Identity } = {}): Promise<void> => {
  const port = await peerPort('127.0.0.1', 0, certificates.server, allowed)
  await peerPort('127.0.0.2', port, certificates.server, allowed)
  const { members, etcd } = desiredOf()
  const names = ['first', 'second'] as const
  const pairs = { first: certificates.server, second }
  const proof = provePair({
    desired: {
      etcd: { ...etcd, peerPort: port },
      members: names.map((name, index) => ({ ...members[0]!, name, address: `127.0.0.${index + 1}` })),
    },
    sessions: names.map((member) => ({ ...localSession(), member })),
    pairOf: (name) => {
      const pair = pairs[name as keyof typeof pairs]
      return pair && Promise.resolve(pairOf(pair))
    },
    caOf: (name) => (name === 'second' ? caOfSecond : certificates.ca),
    say: () => undefined,
  })
  await proof('first', { beside: ['second'], serves: false })
}

describe('the proof of a new pair', () => {
  it('needs nobody beside the peers, where they take those of one name alone', async () => {
    await expect(prove()).resolves.toBeUndefined()
  })

  it('fails where a peer that keeps its pair does not trust it', async () => {
    await expect(prove({ caOfSecond: certificates.otherCa })).rejects.toThrow(
      /a new connection for second, which is to trust it, failed: .*certificate/,
    )
  })

  it('fails where its peers take others than its new name', async () => {
    await expect(prove({ allowed: 'etcd' })).rejects.toThrow(/a new connection for first itself failed/)
  })

  it('fails where the new pair of a peer is refused', async () => {
    await expect(prove({ second: certificates.client })).rejects.toThrow(
      /a new connection for second as its peer failed/,
    )
  })
})
