import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { bytesOf } from '../../src/time/bytes.js'
import { type Live, liveLines } from '../../src/time/live.js'

/** What is told while `work` has a few ticks of time, by a clock that goes 1000 ms a tick of its own. */
const toldDuring = async (work: (live: Live, tick: () => Promise<void>) => Promise<void>) => {
  let now = 0
  const told: string[] = []
  const live = liveLines((text, ms) => void told.push(`${text} ${ms}`), { now: () => now, everyMs: 5 })
  const tick = async (): Promise<void> => {
    now += 1000
    const before = told.length
    while (told.length === before) await sleep(1)
  }
  await live.during('Plan', () => work(live, tick))
  return [...new Set(told)]
}

describe('liveLines', () => {
  it('tells the title of a part that says nothing itself, and for how long', async () => {
    expect(
      await toldDuring(async (_, tick) => {
        await tick()
        await tick()
      }),
    ).toEqual(['Plan 1000', 'Plan 2000'])
  })

  it('tells what is waited for, from when that began', async () => {
    const told = await toldDuring(async (live, tick) => {
      await tick()
      live.set('etcd-1: restarting')
      await tick()
      live.set('etcd-1: restarting: no leader')
      await tick()
      live.clear()
      await tick()
    })
    expect(told).toEqual([
      ...['Plan 1000', 'etcd-1: restarting 1000', 'etcd-1: restarting: no leader 2000', 'Plan 4000'],
    ])
  })

  it('tells what goes on side by side together', async () => {
    const told = await toldDuring(async (live, tick) => {
      live.set('to a', 'a')
      live.set('to b', 'b')
      expect(live.doing()).toBe('to a; to b')
      await tick()
      live.clear('a')
      await tick()
    })
    expect(told).toEqual(['to a; to b 1000', 'to b 2000'])
  })

  it('is silent afterwards, also of what was never cleared, and passes failures on', async () => {
    const told: string[] = []
    const live = liveLines((text) => void told.push(text), { everyMs: 2 })
    await expect(
      live.during('one', () => {
        live.set('left over')
        return Promise.reject(new Error('it failed'))
      }),
    ).rejects.toThrow('it failed')
    await live.during('two', () => sleep(20))
    expect(new Set(told)).toEqual(new Set(['two']))
  })
})

describe('bytesOf', () => {
  const cases: readonly [bytes: number, total: number | undefined, text: string][] = [
    [12_340_000, 22_500_000, '12.3 of 22.5 MB (54 %)'],
    [12_340_000, undefined, '12.3 MB'],
    [0, 0, '0.0 MB'],
  ]
  it.each(cases)('of %s and %s', (bytes, total, text) => expect(bytesOf(bytes, total)).toBe(text))
})
