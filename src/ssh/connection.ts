import type { Duplex } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import { slots, type Slots } from './slots.js'

/** sshd takes 10 sessions on one connection (MaxSessions); a dying one may still count, so some are left free. */
const MAX_SESSIONS = 8

/** How long a farewell may take before the socket is cut. */
const GOODBYE_MS = 2000

/** How a started command ended: with an exit code, or without one (killed, or cut off). */
export interface Ending {
  readonly code: number | undefined
  /** `SIGKILL`, ... where a signal ended it. */
  readonly signal: string | undefined
}

/** The channel of a command that was started, and how the command ended as far as the server has said. */
export interface StartedCommand {
  readonly channel: ClientChannel
  ending(): Ending
}

/** A logged-in SSH connection that tells everyone who uses it when it is lost. */
export interface Connection {
  readonly client: Client
  /** Sessions (commands) at once; forwarded TCP connections do not count for sshd. */
  readonly sessions: Slots
  /** Why it is over, one clause; undefined while it is up. */
  lost(): string | undefined
  /** Calls back once when it is over (at once if it is); the answer takes the listener away again. */
  onLost(listener: (reason: string) => void): () => void
  /** Opens a channel that runs `line`; rejects with ssh2's error, or one that says the connection is lost. */
  exec(line: string): Promise<StartedCommand>
  close(): Promise<void>
}

/** Watches over a client from its first event on: no error event of it goes unheard. */
export const guard = (client: Client, sock: Duplex): Connection => {
  const listeners = new Set<(reason: string) => void>()
  let over: string | undefined
  let reason = 'the other side closed the connection'
  const end = (): void => {
    if (over !== undefined) return
    over = reason
    // Nothing more comes of it, and a half-closed socket would keep the process alive.
    sock.destroy()
    for (const listener of [...listeners]) listener(over)
    listeners.clear()
  }
  client.on('error', (error: Error) => {
    reason = error.message === 'Keepalive timeout' ? 'no sign of life for 20 s' : error.message
    end()
  })
  client.once('end', end)
  client.once('close', end)

  return {
    client,
    sessions: slots(MAX_SESSIONS),
    lost: () => over,
    onLost: (listener) => {
      if (over !== undefined) listener(over)
      else listeners.add(listener)
      return () => listeners.delete(listener)
    },
    exec: (line) =>
      new Promise((resolve, reject) => {
        if (over !== undefined) return reject(new Error(over))
        client.exec(line, (error, channel) => (error ? reject(error) : resolve(startedOn(channel))))
      }),
    close: async () => {
      if (over !== undefined) return
      reason = 'the connection was closed by us'
      const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
      const timer = setTimeout(() => sock.destroy(), GOODBYE_MS)
      client.end()
      await closed
      clearTimeout(timer)
    },
  }
}

/**
 * Listens for the exit status from the first moment: a quick command's status comes in one packet with the word that it was
 * started, before anyone who awaits that word runs on.
 */
const startedOn = (channel: ClientChannel): StartedCommand => {
  let ending: Ending = { code: undefined, signal: undefined }
  channel.on('exit', (code: number | null, signal?: string) => {
    ending = { code: code ?? undefined, signal }
  })
  // Node destroys a stream by itself once both its ways have ended, and ssh2 then closes the channel: a server that has not
  // yet sent the exit status never sends it. The server closes; we do only when we give up.
  channel.destroy = () => channel
  return { channel, ending: () => ending }
}
