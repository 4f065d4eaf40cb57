import { EventEmitter, getEventListeners, getMaxListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/failure.js'
import { cancellable } from '../../src/ssh/cancellable.js'
import { pause, untilAborted } from '../../src/time/abort.js'
import { cancelledFailure, isCancelled, watchSignals, type SignalSource } from '../../src/run/cancel.js'

const watched = (windUpMs = 60_000) => {
  const source = new EventEmitter()
  const exits: number[] = []
  const said: string[] = []
  const stub = Object.assign(source, { exit: (code: number) => void exits.push(code) }) as SignalSource
  const cancellation = watchSignals(stub, {
    say: (line) => said.push(line),
    doing: () => 'the upload',
    windUpMs,
  })
  const send = (name: NodeJS.Signals): void => void source.emit(name, name)
  return { source, exits, said, send, ...cancellation }
}

describe('watchSignals', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'the first %s aborts, with a reason, and says what happens',
    (name) => {
      const { send, signal, said, exits, stop } = watched()
      expect(signal.aborted).toBe(false)
      send(name)
      expect(signal.aborted).toBe(true)
      expect((signal.reason as Failure).message).toMatch(
        new RegExp(`^the run was cancelled: by ${name}; run it again`),
      )
      expect(said).toHaveLength(1)
      expect(said[0]).toContain('nothing new is started')
      expect(exits).toEqual([])
      stop()
    },
  )

  it('the second one ends the process at once and says what that leaves', () => {
    const { send, said, exits, stop } = watched()
    send('SIGINT')
    send('SIGTERM')
    expect(exits).toEqual([130])
    expect(said[1]).toMatch(/^SIGTERM: ending at once\. Locks vanish/)
    stop()
  })

  it('what does not end in time is given up', async () => {
    const { send, overdue, stop } = watched(10)
    send('SIGINT')
    await expect(overdue).rejects.toThrow(
      'not everything could be ended and released within 0.01 s: still under way: the upload',
    )
    stop()
  })

  it('listens no more once it is stopped', () => {
    const { source, stop } = watched()
    stop()
    expect(source.listenerCount('SIGINT') + source.listenerCount('SIGTERM')).toBe(0)
  })
})

describe('cancelledFailure', () => {
  const controller = new AbortController()
  const reason = new Failure({ what: 'the run was cancelled', why: 'by SIGINT', next: 'run it again' })
  controller.abort(reason)
  const { signal } = controller
  const part = { at: 'during "Bootstrap the cluster"', changed: true }
  const again = 'run it again: it looks at the hosts first and goes on from there'
  const sendFailure = new Failure({ what: 'could not send etcd', where: 'etcd-1', state: 'unknown there' })

  it.each<[string, unknown, { at: string; changed: boolean } | undefined, string]>([
    [
      'before the inputs were read',
      reason,
      undefined,
      `the run was cancelled: by SIGINT, before it began; nothing was changed on any host; ${again}.`,
    ],
    [
      'before any change',
      reason,
      { at: 'after "Plan"', changed: false },
      `the run was cancelled: by SIGINT, after "Plan"; nothing was changed on any host; ${again}.`,
    ],
    [
      'in the middle, with the state that the step tells',
      reason.withState('no member was started by this run'),
      part,
      `the run was cancelled: by SIGINT, during "Bootstrap the cluster"; no member was started by this run; ${again}.`,
    ],
    [
      'as an abort of a library',
      Object.assign(new Error('The operation was aborted'), { name: 'AbortError' }),
      part,
      `the run was cancelled: by SIGINT, during "Bootstrap the cluster"; ${again}.`,
    ],
    [
      'with a command of unknown outcome',
      sendFailure,
      part,
      `the run was cancelled: by SIGINT, during "Bootstrap the cluster"; ${again}:\n- etcd-1: could not send etcd; unknown there.`,
    ],
    [
      'with several failures, each on its own line',
      new Failure({ what: '2 hosts failed', state: 'no member was started', each: ['a.', 'b.'] }),
      part,
      `the run was cancelled: by SIGINT, during "Bootstrap the cluster"; no member was started; ${again}:\n- a.\n- b.`,
    ],
    [
      'with something unexpected',
      'broken',
      part,
      `the run was cancelled: by SIGINT, during "Bootstrap the cluster"; ${again}:\n- broken`,
    ],
  ])('says where it stopped: %s', (_, error, progress, sentence) => {
    expect(cancelledFailure(signal, error, progress).message).toBe(sentence)
  })
})

describe('a run that ends itself', () => {
  const lost = new Failure({
    ...{ what: 'the lock of etcd was lost', where: 'etcd-2 (10.0.0.2:22)', why: 'its connection ended' },
    next: 'see that no other run works there',
  })

  it('is aborted for its own reason, once, and says so', () => {
    const { abort, signal, said, exits, send, stop } = watched()
    abort(lost)
    abort(new Failure({ what: 'another reason' }))
    expect(signal.reason).toBe(lost)
    expect(said).toHaveLength(1)
    expect(said[0]).toContain(lost.message)
    expect(isCancelled(signal)).toBe(false)
    // The first signal of a user is the first one still.
    send('SIGINT')
    expect(exits).toEqual([])
    send('SIGTERM')
    expect(exits).toEqual([130])
    stop()
  })

  it('fails with that reason, where it stopped, and what its work came to', () => {
    const signal = AbortSignal.abort(lost)
    const part = { at: 'during "Roll 3 members"', changed: true }
    const error = new Failure({ what: 'stopped before etcd-3', state: 'rolled and confirmed: etcd-1' })
    expect(cancelledFailure(signal, error, part).message).toBe(
      'etcd-2 (10.0.0.2:22): the lock of etcd was lost: its connection ended, during "Roll 3 members"; ' +
        'see that no other run works there:\n- stopped before etcd-3; rolled and confirmed: etcd-1.',
    )
    expect(isCancelled(AbortSignal.abort(new Failure({ what: 'the run was cancelled' })))).toBe(true)
    expect(isCancelled(AbortSignal.abort())).toBe(true)
    expect(isCancelled(new AbortController().signal)).toBe(false)
  })
})

describe('listeners of the signal', () => {
  it('are bounded, and gone when the commands are that they were for', async () => {
    const { signal, stop } = watched()
    expect(getMaxListeners(signal)).toBe(100)
    const command = { label: 'x', script: 'true', timeoutMs: 1000 }
    const answer = { code: 0, stdout: '', stderr: '' }
    const session = cancellable(
      {
        ...{ member: 'a', target: 'root@a:22', close: () => Promise.resolve() },
        run: ({ label }) => (label === 'x' ? Promise.resolve(answer) : Promise.reject(new Error('no'))),
        hold: () => Promise.resolve({ ended: Promise.resolve(), release: () => Promise.resolve() }),
        openTcp: () => Promise.reject(new Error('no')),
      },
      signal,
    )
    for (let turn = 0; turn < 300; turn++) {
      await session.run(command)
      await session.run({ ...command, label: 'y' }).catch(() => {})
      await session.hold(command)
      await session.openTcp('a', 1, 1).catch(() => {})
      await untilAborted(Promise.resolve(), signal)
      await untilAborted(Promise.reject(new Error('no')), signal).catch(() => {})
      await pause(0, signal)
    }
    expect(getEventListeners(signal, 'abort')).toEqual([])
    stop()
  })
})
