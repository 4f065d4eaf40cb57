import { request } from 'node:https'
import { isIP } from 'node:net'
import { checkServerIdentity, connect } from 'node:tls'
import type { HostSession } from './port.js'

/** Opening, handshake and answer each. */
const PATIENCE_MS = 5000

/** Who asks, and whom it trusts; PEM texts. */
export interface AsWhom {
  readonly cert: string
  readonly key: string
  /** The server has to be one of its, under the address that was asked; absent: whoever answers. */
  readonly ca?: string
}

/**
 * The status of a GET of `path` at `address:port`, over a new TLS connection made by the host of `session`: the remote address is
 * that host's. An answer shows that the server takes the certificate, as with TLS 1.3 a refusal comes only after the handshake.
 * Rejects with OpenFailure, or node:tls's error with what the server or the certificate was refused for.
 */
export const httpsStatus = async (
  session: Pick<HostSession, 'openTcp'>,
  { address, port, path }: { readonly address: string; readonly port: number; readonly path: string },
  { cert, key, ca }: AsWhom,
): Promise<number> => {
  const stream = await session.openTcp(address, port, PATIENCE_MS)
  const socket = connect({
    ...{ socket: stream, cert, key, ALPNProtocols: ['http/1.1'] },
    // An IP address is not allowed in SNI (RFC 6066); it is checked against the certificate all the same.
    ...(isIP(address) === 0 ? { servername: address } : {}),
    ...(ca === undefined
      ? { rejectUnauthorized: false }
      : { ca, checkServerIdentity: (_host, certificate) => checkServerIdentity(address, certificate) }),
  })
  try {
    return await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no answer at ${address}:${port} within ${PATIENCE_MS / 1000} s`)),
        PATIENCE_MS,
      )
      socket.once('close', () => {
        clearTimeout(timer)
        reject(new Error(`${address}:${port} closed the connection`))
      })
      socket.on('error', reject)
      const call = request({ path, headers: { Host: `${address}:${port}` }, createConnection: () => socket })
      call.on('error', reject)
      call.once('response', (response) => {
        resolve(response.statusCode ?? 0)
        response.resume()
      })
      call.end()
    })
  } finally {
    socket.destroy()
    stream.destroy()
  }
}
