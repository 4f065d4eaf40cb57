import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/failure.js'
import { cancellable } from '../../src/ssh/cancellable.js'
import type { Command, CommandResult, HostSession } from '../../src/ssh/port.js'

const reason = new Failure({ what: 'the run was cancelled' })
const command: Command = { label: 'send etcd', script: 'true', timeoutMs: 1000 }
const done: CommandResult = { code: 0, stdout: '', stderr: '' }

/** A session whose commands end when told to. */
const hosted = () => {
  const controller = new AbortController()
  const started: { end: (result: CommandResult) => void; fail: (error: Error) => void }[] = []
  const waiting = <T>(): Promise<T> =>
    new Promise((resolve, reject) =>
      started.push({ end: resolve as (result: CommandResult) => void, fail: reject }),
    )
  let closed = 0
  const session: HostSession = {
    member: 'etcd-1',
    target: 'root@10.0.0.1:22',
    run: waiting,
    hold: waiting,
    openTcp: waiting,
    close: () => {
      closed += 1
      return Promise.resolve()
    },
  }
  return { controller, started, closed: () => closed, session: cancellable(session, controller.signal, 20) }
}

const WAYS: readonly (readonly [string, (session: HostSession) => Promise<unknown>])[] = [
  ['run', (session) => session.run(command)],
  ['hold', (session) => session.hold(command)],
  ['openTcp', (session) => session.openTcp('10.0.0.1', 2379, 1000)],
]

describe.each(WAYS)('%s', (_, way) => {
  it('works as ever while nothing is cancelled', async () => {
    const { session, started } = hosted()
    const result = way(session)
    started[0]?.end(done)
    expect(await result).toBe(done)
    const failing = way(session)
    started[1]?.fail(new Error('lost'))
    await expect(failing).rejects.toThrow('lost')
  })

  it('starts nothing after a cancel', async () => {
    const { session, started, controller } = hosted()
    controller.abort(reason)
    await expect(way(session)).rejects.toBe(reason)
    expect(started).toHaveLength(0)
  })

  it('lets what runs end within its time', async () => {
    const { session, started, controller } = hosted()
    const result = way(session)
    controller.abort(reason)
    started[0]?.end(done)
    expect(await result).toBe(done)
  })

  it('gives up what does not end, and says that its outcome is unknown', async () => {
    const { session, controller } = hosted()
    const result = way(session)
    controller.abort(reason)
    await expect(result).rejects.toMatchObject({
      facts: { where: 'etcd-1 (root@10.0.0.1:22)', state: 'whether it took effect there is unknown' },
    })
  })
})

it('can still be closed', async () => {
  const { session, controller, closed } = hosted()
  controller.abort(reason)
  await session.close()
  expect(closed()).toBe(1)
})
