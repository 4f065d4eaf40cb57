import { isIP } from 'node:net'
import { checkServerIdentity, connect } from 'node:tls'
import type { HostSession } from './port.js'
import { isServersFault } from './served-certificate.js'

/** Opening and handshake each. */
const PATIENCE_MS = 5000

/**
 * Resolves where the server at `address:port` shows, to the host of `session`, a certificate of `ca` (PEM) for that address. No
 * certificate of ours is offered, as whom the server takes is not the question: its refusal, which comes within the handshake before
 * TLS 1.3, is none of its own certificate. Rejects with OpenFailure or node:tls's error.
 */
export const trustServer = async (
  session: Pick<HostSession, 'openTcp'>,
  { address, port }: { readonly address: string; readonly port: number },
  ca: string,
): Promise<void> => {
  const stream = await session.openTcp(address, port, PATIENCE_MS)
  return new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no TLS handshake at ${address}:${port} within ${PATIENCE_MS} ms`)),
      PATIENCE_MS,
    )
    const options = {
      ...{ socket: stream, ca, ALPNProtocols: ['http/1.1'] },
      // An IP address is not allowed in SNI (RFC 6066); it is checked against the certificate all the same.
      ...(isIP(address) === 0 ? { servername: address } : {}),
      checkServerIdentity: (_host: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
        checkServerIdentity(address, certificate),
    }
    const socket = connect(options, () => {
      resolve()
      socket.destroy()
    })
    socket.on('error', (error) => {
      if (isAlert(error) && !isServersFault(error)) resolve()
      else reject(error)
    })
    socket.once('close', () => {
      clearTimeout(timer)
      reject(new Error(`${address}:${port} closed the connection`))
    })
  }).finally(() => stream.destroy())
}

/** The server has said why it broke off. */
const isAlert = (error: Error): boolean => /SSL alert number \d+|tlsv1\d? alert/.test(error.message)
