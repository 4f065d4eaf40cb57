import { describe, expect, it } from 'vitest'
import type { Failure } from '../../src/failure.js'
import type { Run } from '../../src/run/run.js'
import { withLocks } from '../../src/run/sessions.js'
import type { HostSession } from '../../src/ssh/port.js'
import { liveLines } from '../../src/time/live.js'

/** A host whose held commands end when `lose` is called, or they are released. */
const hostOf = (member: string) => {
  let lose = (): void => {}
  const session: HostSession = {
    ...{ member, target: `root@${member}:22`, close: () => Promise.resolve() },
    run: () => Promise.reject(new Error('no command is expected')),
    openTcp: () => Promise.reject(new Error('no connection is expected')),
    hold: () => {
      const ended = new Promise<void>((resolve) => (lose = resolve))
      return Promise.resolve({ ended, release: () => Promise.resolve(lose()) })
    },
  }
  return { session, lose: () => lose() }
}

const runOf = () => {
  const controller = new AbortController()
  const reasons: Failure[] = []
  const run = {
    inputs: { desired: { layout: { serviceName: 'etcd' } } },
    place: { runUrl: '', actor: '' },
    startedAt: new Date(),
    live: liveLines(() => {}),
    signal: controller.signal,
    abort: (reason: Failure) => {
      reasons.push(reason)
      controller.abort(reason)
    },
  } as unknown as Run
  return { run, reasons }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('locks', () => {
  it('end the run, naming the host, where one is lost', async () => {
    const hosts = ['etcd-1', 'etcd-2', 'etcd-3'].map(hostOf)
    const { run, reasons } = runOf()
    const sessions = hosts.map(({ session }) => session)
    await withLocks(run, sessions, async () => {
      hosts[1]!.lose()
      await settle()
      expect(run.signal.aborted).toBe(true)
    })
    expect(reasons.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^etcd-2 \(root@etcd-2:22\): the lock of etcd was lost: .*; another run may work there by now/,
      ),
    ])
  })

  it('are no reason to end it once they are released', async () => {
    const hosts = ['etcd-1', 'etcd-2'].map(hostOf)
    const { run, reasons } = runOf()
    const sessions = hosts.map(({ session }) => session)
    expect(await withLocks(run, sessions, () => Promise.resolve('done'))).toBe('done')
    expect(run.live.doing()).toBe('releasing the locks')
    await expect(withLocks(run, sessions, () => Promise.reject(new Error('x')))).rejects.toThrow('x')
    await settle()
    expect(reasons).toEqual([])
  })
})
