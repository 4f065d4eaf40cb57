import { connect } from 'node:tls'
import type { HostSession } from './port.js'

const OPEN_MS = 5000

/**
 * Serial number (lower-case hex, no leading zeros) of the certificate that is served at `address:port`, seen from the host of
 * `session`. Nothing is trusted or sent: the handshake alone shows it. Rejects with OpenFailure or node:tls's error.
 */
export const servedSerial = async (
  session: Pick<HostSession, 'openTcp'>,
  address: string,
  port: number,
): Promise<string> => {
  const stream = await session.openTcp(address, port, OPEN_MS)
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no TLS handshake at ${address}:${port} within ${OPEN_MS} ms`)),
      OPEN_MS,
    )
    // What is served is compared with what was sent there; whether to trust it is not the question.
    const socket = connect({ socket: stream, rejectUnauthorized: false }, () => {
      const serial = socket.getPeerX509Certificate()?.serialNumber ?? ''
      resolve(serial.toLowerCase().replace(/^0+/, ''))
      socket.destroy()
    })
    socket.on('error', reject)
    socket.once('close', () => clearTimeout(timer))
  }).finally(() => stream.destroy()) as Promise<string>
}
