import { describe, expect, it } from 'vitest'
import { pairRefusal } from '../../src/etcd/pair-verdict.js'

const CONSTRAINT =
  "x509: a root or intermediate certificate is not authorized to sign for this name: IP address '192.168.1.1' is not permitted by any constraint"

describe('why Go refuses a pair', () => {
  // What the binaries wrote.
  it.each([
    [
      '3.4.23, the server',
      '2026-11-26 01:21:55.816592 I | embed: rejected connection from "127.0.0.1:47776" (error "tls: failed to verify client certificate: x509: a root or intermediate certificate is not authorized to sign for this name: IP address \\"192.168.1.1\\" is not permitted by any constraint", ServerName "")',
      CONSTRAINT,
    ],
    [
      '3.5.16, the server',
      '{"level":"warn","caller":"embed/config_logging.go:170","msg":"rejected connection on client endpoint","remote-addr":"127.0.0.1:47830","server-name":"","error":"tls: failed to verify certificate: x509: a root or intermediate certificate is not authorized to sign for this name: IP address \\"192.168.1.1\\" is not permitted by any constraint"}',
      CONSTRAINT,
    ],
    [
      '3.7.1, the client',
      '{"level":"warn","attempt":0,"error":"rpc error: code = DeadlineExceeded desc = latest balancer error: connection error: desc = \\"transport: authentication handshake failed: tls: failed to verify certificate: x509: a root or intermediate certificate is not authorized to sign for this name: IP address \\\\\\"192.168.1.1\\\\\\" is not permitted by any constraint\\""}\nError: context deadline exceeded',
      CONSTRAINT,
    ],
    [
      'an old one, the client',
      '{"error":"desc = \\"transport: authentication handshake failed: tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-26T01:24:05Z is after 2021-01-01T00:00:00Z\\""}',
      'x509: certificate has expired or is not yet valid: current time 2026-11-26T01:24:05Z is after 2021-01-01T00:00:00Z',
    ],
    [
      'no pair',
      '{"level":"fatal","msg":"discovery failed","error":"tls: private key does not match public key","stacktrace":"go.etcd.io"}',
      'tls: private key does not match public key',
    ],
    [
      'no pair, 3.4.23',
      '2026-11-26 01:24:00.1 C | etcdmain: tls: private key does not match public key',
      'tls: private key does not match public key',
    ],
    [
      'etcdctl 3.4.23, which says nothing',
      '2026-11-26 01:21:56.757021 I | embed: rejected connection from "127.0.0.1:47786" (error "remote error: tls: bad certificate", ServerName "")\nError: context deadline exceeded',
      'etcdctl refuses it as the certificate of a server',
    ],
  ])('%s', (_name, text, reason) => expect(pairRefusal(text)).toBe(reason))

  it('is the reason, not its echo, whichever comes first', () => {
    const echo = '{"error":"remote error: tls: bad certificate"}'
    const real = '{"error":"x509: certificate specifies an incompatible key usage"}'
    for (const text of [`${echo}\n${real}`, `${real}\n${echo}`])
      expect(pairRefusal(text)).toBe('x509: certificate specifies an incompatible key usage')
  })

  it.each(['', 'listen tcp 127.0.0.1:4: bind: address already in use', 'panic: no space left on device'])(
    'is not known from %j',
    (text) => expect(pairRefusal(text)).toBe(''),
  )

  it('takes time in step with its input, and gives one line that is not too long', () => {
    for (const piece of ['"', '\\', '\\"', 'x509: ', 'a']) {
      const reason = pairRefusal(`"x509: ${piece.repeat(200_000)}`)
      expect(reason.length).toBeLessThanOrEqual(300)
      expect(reason).not.toMatch(/\p{Cc}/u)
    }
  })
})
