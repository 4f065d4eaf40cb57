import { describe, expect, it } from 'vitest'
import { atMost, pause, untilAborted } from '../../src/time/abort.js'

const reason = new Error('enough')
const never = new Promise<never>(() => {})

describe('pause', () => {
  it('waits, with and without a signal', async () => {
    const start = performance.now()
    await pause(15)
    await pause(15, new AbortController().signal)
    expect(performance.now() - start).toBeGreaterThan(25)
  })

  it.each([
    ['before it began', 0],
    ['while it waits', 10],
  ])('ends with the reason of an abort %s', async (_, afterMs) => {
    const controller = new AbortController()
    if (afterMs === 0) controller.abort(reason)
    else setTimeout(() => controller.abort(reason), afterMs)
    await expect(pause(60_000, controller.signal)).rejects.toBe(reason)
  })
})

describe('untilAborted', () => {
  it('gives what the work comes to, also its failure', async () => {
    const { signal } = new AbortController()
    const failure = new Error('no')
    expect(await untilAborted(Promise.resolve(7), signal)).toBe(7)
    expect(await untilAborted(Promise.resolve(7))).toBe(7)
    await expect(untilAborted(Promise.reject(failure), signal)).rejects.toBe(failure)
    await expect(untilAborted(Promise.reject(failure))).rejects.toBe(failure)
  })

  it('does not wait for work once it is aborted, and nobody minds how that ends', async () => {
    const controller = new AbortController()
    let fail: (error: Error) => void = () => {}
    const waiting = untilAborted(new Promise((_, reject) => (fail = reject)), controller.signal)
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    fail(new Error('late'))
    await expect(untilAborted(never, controller.signal)).rejects.toBe(reason)
  })
})

describe('atMost', () => {
  it('does not wait longer than it is told, and does not hide a failure', async () => {
    await atMost(never, 10)
    await atMost(Promise.resolve(), 60_000)
    await expect(atMost(Promise.reject(reason), 60_000)).rejects.toBe(reason)
  })
})
