import type { SshTarget } from '../cluster/member.js'
import { connectFailure } from './connect-failure.js'
import { connect, type ConnectRequest } from './connect.js'
import type { Connection } from './connection.js'
import { dialDirect, type Dial } from './dial.js'
import { openTcpOver } from './open-tcp.js'
import { OpenFailure } from './port.js'
import { formatTarget } from './target.js'
import { TroubleError } from './trouble.js'

/** The bastions of a run, connected once and shared by all hosts. */
export interface JumpChain {
  /** Reaches a host from the last bastion; straight from the runner where there is none. */
  readonly dial: Dial
  /** "through ops@bastion:22"; empty where there is none. */
  readonly words: string
  close(): Promise<void>
}

/** Connects the bastions one through the other, in order; throws Failure naming the one that failed. */
export const openJumpChain = async (
  jumps: readonly SshTarget[],
  how: Omit<ConnectRequest, 'target' | 'dial'>,
): Promise<JumpChain> => {
  const open: Connection[] = []
  // The last one first: each lives inside the one before it.
  const close = async (): Promise<void> => {
    for (const connection of [...open].reverse()) await connection.close()
  }
  let dial = dialDirect
  for (const [index, target] of jumps.entries()) {
    try {
      const connection = await connect({ ...how, target, dial })
      open.push(connection)
      dial = dialThrough(connection, formatTarget(target))
    } catch (error) {
      await close()
      const what = `cannot connect to jump host ${index + 1} of ${jumps.length}`
      throw connectFailure(error, { what, where: formatTarget(target), target })
    }
  }
  const words = jumps.length > 0 ? `through ${jumps.map(formatTarget).join(', ')}` : ''
  return { dial, words, close }
}

const dialThrough =
  (connection: Connection, hop: string): Dial =>
  async (host, port, timeoutMs) => {
    try {
      return await openTcpOver(connection, host, port, timeoutMs)
    } catch (error) {
      if (error instanceof OpenFailure) throw new TroubleError({ kind: 'forward', failure: error, hop })
      throw error
    }
  }
