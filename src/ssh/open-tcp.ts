import { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import type { Connection } from './connection.js'
import { OpenFailure } from './port.js'

/** SSH_OPEN_ADMINISTRATIVELY_PROHIBITED (RFC 4254 5.1). */
const PROHIBITED = 1

/** A TCP connection made by the far end of `connection`; rejects with OpenFailure. */
export const openTcpOver = (
  connection: Connection,
  address: string,
  port: number,
  timeoutMs: number,
): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const lost = connection.lost()
    if (lost !== undefined) return reject(new OpenFailure('failed', `the SSH connection is lost: ${lost}`))
    let late = false
    const timer = setTimeout(() => {
      late = true
      reject(new OpenFailure('timeout', `no answer within ${timeoutMs} ms`))
    }, timeoutMs)
    connection.client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
      clearTimeout(timer)
      if (error) reject(openFailureOf(error))
      else if (late) channel.close()
      else resolve(channelStream(channel, connection))
    })
  })

const openFailureOf = (error: Error & { reason?: unknown }): OpenFailure => {
  const words = error.message.replace(/^\(SSH\) Channel open failure: /, '')
  if (error.reason === PROHIBITED) return new OpenFailure('prohibited', words)
  return new OpenFailure(/connection refused/i.test(words) ? 'refused' : 'failed', words)
}

/**
 * A channel as a stream that keeps Node's rules. ssh2's own one never calls back writes after its end, emits no close
 * when it is destroyed, and ends without an error when the connection is lost, as if all data had come.
 */
const channelStream = (channel: ClientChannel, connection: Connection): Duplex => {
  let stopListening = (): void => {}
  const stream = new Duplex({
    // As net.Socket: when the other side is done, so are we.
    allowHalfOpen: false,
    read: () => void channel.resume(),
    write: (chunk: Buffer, _encoding, done) => void channel.write(chunk, done),
    final: (done) => {
      channel.end()
      done()
    },
    destroy: (error, done) => {
      stopListening()
      channel.close()
      channel.resume()
      done(error)
    },
  })
  stopListening = connection.onLost((reason) =>
    stream.destroy(new Error(`the SSH connection is lost: ${reason}`)),
  )
  channel.on('data', (chunk: Buffer) => {
    if (!stream.destroyed && !stream.push(chunk)) channel.pause()
  })
  channel.on('end', () => !stream.destroyed && connection.lost() === undefined && stream.push(null))
  channel.on('close', () => {
    // Not before its owner has read what came.
    if (stream.readableEnded) stream.destroy()
    else stream.once('end', () => stream.destroy())
  })
  channel.on('error', (error: Error) => stream.destroy(error))
  // The stream may break before its new owner listens.
  stream.on('error', () => {})
  return stream
}
