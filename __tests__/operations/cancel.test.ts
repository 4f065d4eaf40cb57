import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../src/failure.js'
import { cancelledFailure, watchSignals, type SignalSource } from '../../src/operations/cancel.js'

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
