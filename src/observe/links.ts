import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { HostObserved, PeerLink } from '../cluster/observed.js'
import { Failure } from '../failure.js'
import { holdProbeListener } from '../host/probe-listener.js'
import type { HeldCommand, HostSession } from '../ssh/port.js'
import { tryConnection } from './connection.js'

/** One host with what was seen of it. */
export interface SeenHost {
  readonly member: Member
  readonly session: HostSession
  readonly host: HostObserved
}

/** A listener of ours, and the word it is known by. */
interface Listener {
  readonly word: string
  readonly held: HeldCommand
}

/**
 * Can every host reach the peer address of every other one? Real connections, all at once. Where nothing listens yet, a
 * listener of ours does for that moment, and is gone when this resolves; where it cannot, "connection refused" tells as much
 * of the way. A link that cannot be checked says so and is no error.
 */
export const observeLinks = async (
  { etcd }: Pick<Desired, 'etcd'>,
  hosts: readonly SeenHost[],
): Promise<readonly PeerLink[]> => {
  if (hosts.length < 2) return []
  const listeners = new Map<string, Listener>()
  try {
    await Promise.all(
      hosts.map(async (seen) => {
        const listener = await listenOn(seen, etcd.peerPort)
        if (listener) listeners.set(seen.member.name, listener)
      }),
    )
    const pairs = hosts.flatMap((from) => hosts.filter((to) => to !== from).map((to) => ({ from, to })))
    return await Promise.all(
      pairs.map(async ({ from, to }) => {
        const word = listeners.get(to.member.name)?.word
        const found = await tryConnection(from.session, to.member.address, etcd.peerPort, word)
        return { from: from.member.name, to: to.member.name, ...found }
      }),
    )
  } finally {
    await Promise.all([...listeners.values()].map(({ held }) => held.release()))
  }
}

const listenOn = async ({ member, session, host }: SeenHost, port: number): Promise<Listener | undefined> => {
  const taken = host.listeners.some((listener) => listener.port === port)
  // A member of ours that keeps restarting needs its port between two looks.
  const ours = host.process !== undefined || host.service.activeState === 'activating'
  if (taken || ours || host.init !== 'systemd') return undefined
  const word = randomBytes(16).toString('hex')
  try {
    const address = isIP(member.address) === 0 ? '' : member.address
    return { word, held: await holdProbeListener(session, address, port, word) }
  } catch (error) {
    // Without a listener the connection attempt still tells whether the way is open.
    if (error instanceof Failure) return undefined
    throw error
  }
}
