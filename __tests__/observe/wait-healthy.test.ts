import { describe, expect, it } from 'vitest'
import type { HealthVerdict } from '../../src/cluster/health.js'
import { waitHealthy } from '../../src/observe/wait-healthy.js'

const verdict = (...problems: readonly string[]): HealthVerdict => ({
  healthy: problems.length === 0,
  endpoints: [],
  problems,
  clusterId: '',
  leader: '',
  version: '',
  members: [],
})

const wait = async (looks: readonly HealthVerdict[], timeoutMs: number, signal?: AbortSignal) => {
  const said: string[] = []
  let count = 0
  const last = await waitHealthy({
    look: () => Promise.resolve(looks[Math.min(count++, looks.length - 1)]!),
    timeoutMs,
    everyMs: 1,
    onWaiting: (text) => said.push(text),
    signal,
  })
  return { last, said, count }
}

describe('waitHealthy', () => {
  it('looks once where all is well, and says nothing', async () => {
    expect(await wait([verdict()], 1000)).toEqual({ last: verdict(), said: [], count: 1 })
  })

  it('says what is waited for when that changes, and stops when healthy', async () => {
    const { last, said, count } = await wait(
      [verdict('a', 'b'), verdict('a', 'b'), verdict('b'), verdict()],
      60_000,
    )
    expect([last.healthy, said, count]).toEqual([true, ['a; b', 'b'], 4])
  })

  it('gives the last verdict when the time is over', async () => {
    const { last, count } = await wait([verdict('never')], 30)
    expect(last).toEqual(verdict('never'))
    expect(count).toBeGreaterThan(1)
  })

  it('looks once even without any time', async () => {
    expect(await wait([verdict('no')], 0)).toEqual({ last: verdict('no'), said: [], count: 1 })
  })

  it('stops when it is told to', async () => {
    await expect(wait([verdict('no')], 60_000, AbortSignal.abort(new Error('cancelled')))).rejects.toThrow(
      'cancelled',
    )
  })
})
