import { Readable } from 'node:stream'
import { Failure } from '../failure.js'
import type { HostSession } from '../ssh/port.js'
import { LOCK_SCRIPT } from './lock-script.js'
import { whereOf } from './refusal.js'

/** Who holds a lock, for the one who is refused. */
export interface LockInfo {
  /** URL of the run, or what else names it. */
  readonly run: string
  readonly actor: string
  /** ISO 8601. */
  readonly since: string
}

export interface HeldLock {
  /** Resolves when the lock is gone, released or lost: nothing may be changed on the host from then on. */
  readonly ended: Promise<void>
  release(): Promise<void>
}

/** How often the holder is told that the run lives. It gives up after four silent ones. */
const HEARTBEAT_MS = 15_000

export interface LockRequest {
  readonly serviceName: string
  readonly info: LockInfo
  /** Milliseconds between two heartbeats; 15 s where not given. */
  readonly heartbeatMs?: number
  /** Gone after a reboot and writable for root alone; `/run` where not given. */
  readonly folder?: string
}

/**
 * Takes the lock of a service on a host and keeps it until released: it vanishes with the runner, with the connection,
 * and within a minute with the network. Nothing of it is on a disk. Throws Failure naming the run that holds it.
 */
export const holdLock = async (
  session: HostSession,
  { serviceName, info, heartbeatMs = HEARTBEAT_MS, folder = '/run' }: LockRequest,
): Promise<HeldLock> => {
  const heart = new Readable({ read: () => {} })
  const timer = setInterval(() => heart.push('.'), heartbeatMs)
  // A run that is done otherwise must not be kept alive by its locks.
  timer.unref()
  const stop = (): void => {
    clearInterval(timer)
    if (!heart.readableEnded) heart.push(null)
  }
  try {
    const held = await session.hold({
      label: `lock ${serviceName}`,
      script: LOCK_SCRIPT,
      args: [folder, serviceName, encode(info), String(Math.ceil((4 * heartbeatMs) / 1000))],
      stdin: heart,
      timeoutMs: 15_000,
    })
    const ended = held.ended.finally(stop)
    return {
      ended,
      release: async () => {
        stop()
        await held.release()
      },
    }
  } catch (error) {
    stop()
    throw refused(session, serviceName, error)
  }
}

const encode = (info: LockInfo): string => Buffer.from(JSON.stringify(info)).toString('base64')

const refused = (session: HostSession, serviceName: string, error: unknown): unknown => {
  const why = error instanceof Failure ? (error.facts.why ?? '') : ''
  const what = `cannot lock the service ${serviceName}`
  const where = whereOf(session)
  if (why.includes('no-flock')) {
    return new Failure({ what, where, why: 'the host has no flock', next: 'install util-linux there' })
  }
  const holder = /locked-by ?([A-Za-z0-9+/=]*)/.exec(why)
  if (!holder) return error
  return new Failure({
    what: 'another run is working on this host',
    where,
    why: describe(holder[1] ?? ''),
    next: 'wait for it to end, then run again; its lock vanishes with it, at the latest a minute after it lost the network',
  })
}

const describe = (coded: string): string => {
  try {
    const { run, actor, since } = JSON.parse(Buffer.from(coded, 'base64').toString('utf8')) as LockInfo
    return `${run}, started by ${actor}, since ${since}`
  } catch {
    return 'it did not say which one'
  }
}
