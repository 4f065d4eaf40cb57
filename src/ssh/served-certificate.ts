import { connect } from 'node:tls'
import type { HostSession } from './port.js'

const OPEN_MS = 5000

/** The server broke the handshake off for a fault of its own (TLS alert 80): Go's does where key and certificate are no pair. */
export const isServersFault = (error: unknown): boolean =>
  error instanceof Error && /alert internal error|SSL alert number 80/.test(error.message)

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
    const seen = (): string => socket.getPeerX509Certificate()?.serialNumber ?? ''
    const done = (serial: string): void => resolve(serial.toLowerCase().replace(/^0+/, ''))
    // What is served is compared with what was sent there; whether to trust it is not the question, and reading the
    // authorities that Node knows would take longer than all the rest.
    const socket = connect({ socket: stream, rejectUnauthorized: false, ca: [] }, () => {
      done(seen())
      socket.destroy()
    })
    // Before TLS 1.3 a server that asks for a certificate of ours breaks off, having shown its own.
    socket.on('error', (error) => {
      // Once: asked again, it has forgotten.
      const serial = seen()
      if (serial === '') reject(error)
      else done(serial)
    })
    socket.once('close', () => clearTimeout(timer))
  }).finally(() => stream.destroy()) as Promise<string>
}
