import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { checkServerIdentity, connect as tlsConnect } from 'node:tls'
import type { HostSession } from './port.js'

/** PEM texts. */
export interface ForwardedTls {
  /** The authorities that are trusted, and no others. */
  readonly ca: string
  readonly cert?: string
  readonly key?: string
  /** Name or IP address the server's certificate must have; the address connected to where not given. */
  readonly serverName?: string
}

const OPEN_MS = 10_000

/**
 * An agent for node:http (without `tls`) or node:https (with it) whose connections are made by the host of `session` to
 * `address:port`, kept open between requests. Requests fail with OpenFailure where that port cannot be reached, and with
 * node:tls's errors where the certificate is not trusted. Call `destroy()` when done.
 */
export const forwardedAgent = (
  session: Pick<HostSession, 'openTcp'>,
  address: string,
  port: number,
  tls?: ForwardedTls,
): HttpAgent => {
  const agent = tls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  const open = async (): Promise<Duplex> => {
    const stream = await session.openTcp(address, port, OPEN_MS)
    return tls ? secure(stream, address, tls) : withSocketMethods(stream)
  }
  agent.createConnection = (_options, callback) => {
    open().then(
      (stream) => callback?.(null, stream),
      // Node's typings want a stream beside the error; Node itself looks at the error alone.
      (error: Error) => (callback as ((error: Error) => void) | undefined)?.(error),
    )
    return undefined
  }
  return agent
}

const secure = (
  socket: Duplex,
  address: string,
  { ca, cert, key, serverName = address }: ForwardedTls,
): Duplex =>
  tlsConnect({
    socket,
    ca,
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    // An IP address is not allowed in SNI (RFC 6066); it is checked against the certificate all the same.
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate),
    ALPNProtocols: ['http/1.1'],
  })

/** What node:http asks of a socket beyond a stream: keep-alive and the like mean nothing inside a channel. */
const withSocketMethods = (stream: Duplex): Duplex => {
  let idle: NodeJS.Timeout | undefined
  const itself = () => stream
  const push = stream.push.bind(stream)
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    idle?.refresh()
    return push(chunk, encoding)
  }
  const setTimeoutOf = (ms: number, listener?: () => void): Duplex => {
    clearTimeout(idle)
    if (listener) stream.once('timeout', listener)
    if (ms > 0) {
      idle = setTimeout(() => stream.emit('timeout'), ms)
    }
    return stream
  }
  stream.once('close', () => clearTimeout(idle))
  return Object.assign(stream, {
    setKeepAlive: itself,
    setNoDelay: itself,
    ref: itself,
    unref: itself,
    setTimeout: setTimeoutOf,
    destroySoon: () => stream.end(() => stream.destroy()),
  })
}
