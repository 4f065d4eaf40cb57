import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type SecureContextOptions, type TLSSocket, connect, createServer } from 'node:tls'
import { afterAll, describe, expect, it } from 'vitest'
import { issueClientCertificate } from '../../src/pki/client-certificate.js'
import { type IssuedCertificate, issueForRequest } from '../../src/pki/member-certificate.js'
import { intermediate, root } from './cas.js'
import { authorityOf } from './members.js'
import { type TestCa, makeCa } from './openssl.js'

/** The real clock: a handshake asks no one else. */
const now = (): Date => new Date()

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)

const open: { destroy: () => void }[] = []
afterAll(() => open.forEach((one) => one.destroy()))

const contextOf = (
  ca: string,
  { certificatePem, privateKeyPem }: IssuedCertificate,
): SecureContextOptions => ({
  ca,
  cert: certificatePem,
  key: privateKeyPem(),
})

/** The common name that the server saw, after a handshake in which both sides had to show a certificate. */
const handshake = async (
  server: SecureContextOptions,
  client: SecureContextOptions,
  host = '127.0.0.1',
): Promise<string> => {
  const listener = createServer({ ...server, requestCert: true, rejectUnauthorized: true })
  listener.on('tlsClientError', () => undefined)
  listener.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => undefined)
    socket.end(String(socket.getPeerCertificate().subject.CN))
  })
  listener.listen(0, host)
  await once(listener, 'listening')
  open.push({ destroy: () => listener.close() })
  const socket = connect({ ...client, host, port: (listener.address() as AddressInfo).port })
  open.push(socket)
  let seen = ''
  for await (const piece of socket) seen += String(piece)
  return seen
}

const member = (
  ca: TestCa,
  ips: readonly string[],
  key: 'rsa-2048' | 'ecdsa-p256',
): Promise<IssuedCertificate> => {
  const sans = { dns: ['localhost'], ips }
  return issueForRequest(
    authorityOf(ca, now()),
    { subject: [['CN', 'etcd']], sans, key },
    { days: 1, now: now() },
  )
}

describe('both sides of a TLS connection accept each other', () => {
  it.each([
    ['RSA CA, RSA keys', root, 'rsa-2048'],
    ['RSA CA, ECDSA keys', root, 'ecdsa-p256'],
    ['P-384 CA, RSA keys', makeCa({ key: 'P-384' }), 'rsa-2048'],
    ['Ed25519 CA, ECDSA keys', makeCa({ key: 'ed25519' }), 'ecdsa-p256'],
    [
      'intermediate CA with its root',
      { ...intermediate, certPem: intermediate.certPem + root.certPem },
      'ecdsa-p256',
    ],
  ] as const)('%s: peers, and the client for an hour', async (_, ca, key) => {
    const [one, two] = await Promise.all([member(ca, ['127.0.0.1'], key), member(ca, ['127.0.0.1'], key)])
    const client = await issueClientCertificate(authorityOf(ca, now()), { hours: 1, now: now() })
    const server = contextOf(ca.certPem, one)
    expect(await handshake(server, contextOf(ca.certPem, two))).toBe('etcd')
    expect(await handshake(server, contextOf(ca.certPem, client))).toBe('etcd-deploy')
  })

  it.skipIf(!hasIpv6)('over IPv6', async () => {
    const context = contextOf(root.certPem, await member(root, ['fd00::1', '::1'], 'ecdsa-p256'))
    expect(await handshake(context, context, '::1')).toBe('etcd')
  })

  it('when the client knows only the root and the server presents the intermediate', async () => {
    const bundle = intermediate.certPem + root.certPem
    const issued = await member({ ...intermediate, certPem: bundle }, ['127.0.0.1'], 'ecdsa-p256')
    expect(await handshake(contextOf(root.certPem, issued), contextOf(root.certPem, issued))).toBe('etcd')
  })
})

describe('a TLS connection fails', () => {
  const other = makeCa({ subject: '/CN=other' })

  it('where the server has no such address in its certificate', async () => {
    const context = contextOf(root.certPem, await member(root, ['10.0.0.1'], 'ecdsa-p256'))
    await expect(handshake(context, context)).rejects.toThrow(/IP: 127.0.0.1 is not in the cert's list/)
  })

  it('where the client comes with a certificate of another CA', async () => {
    const server = contextOf(root.certPem, await member(root, ['127.0.0.1'], 'ecdsa-p256'))
    const client = contextOf(root.certPem, await member(other, ['127.0.0.1'], 'ecdsa-p256'))
    // Node's server hangs up, which the client may see as an end or as an error; what counts is that it saw no one.
    expect(await handshake(server, client).catch(() => '')).toBe('')
  })

  it('where the client certificate is used for a server', async () => {
    const client = await issueClientCertificate(authorityOf(root, now()), { hours: 1, now: now() })
    const context = contextOf(root.certPem, client)
    await expect(handshake(context, context)).rejects.toThrow(/unsuitable certificate purpose/)
  })
})
