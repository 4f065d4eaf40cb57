import { connect as netConnect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TroubleError } from './trouble.js'

/** Opens a byte stream to `host:port`, straight or through jump hosts; rejects with TroubleError. */
export type Dial = (host: string, port: number, timeoutMs: number) => Promise<Duplex>

/**
 * Straight from the runner. Nagle's algorithm is off before the first byte: ssh2 leaves it on, and each command
 * would cost some 90 ms instead of 4.
 */
export const dialDirect: Dial = (host, port, timeoutMs) =>
  new Promise((resolve, reject) => {
    const socket: Socket = netConnect({
      host,
      port,
      noDelay: true,
      // Node gives each address of a name only 250 ms by default, too little for far or busy hosts.
      autoSelectFamilyAttemptTimeout: Math.max(250, Math.min(3000, Math.floor(timeoutMs / 3))),
    })
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new TroubleError({ kind: 'timeout', stage: 'tcp', afterMs: timeoutMs }))
    }, timeoutMs)
    // Stays for good: a socket that breaks between two owners must not end the process.
    socket.on('error', (error) => {
      clearTimeout(timer)
      reject(new TroubleError({ kind: 'socket', ...causeOf(error) }))
    })
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve(socket)
    })
  })

/** A name with several addresses fails with one error for each; the first one stands for all. */
const causeOf = (error: NodeJS.ErrnoException): { code: string; message: string } => {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  const cause = (first ?? error) as NodeJS.ErrnoException
  return {
    code: cause.code ?? error.code ?? '',
    message: cause.message || error.message || 'connection failed',
  }
}
