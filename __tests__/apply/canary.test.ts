import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { startCanary, type Canary, type CanaryOptions } from '../../src/apply/canary.js'

const running: Canary[] = []
afterEach(() => Promise.all(running.splice(0).map((canary) => canary.stop())))

/** A cluster's leases and keys in memory, with members that may refuse, hang or forget. */
const cluster = (size: number) => {
  const leases = new Map<string, Set<string>>()
  const keys = new Map<string, string>()
  const state = { granted: 0, most: 0, error: '', closed: 0 }
  const members = Array.from({ length: size }, (_, index) => ({
    name: `etcd-${index + 1}`,
    how: 'well' as 'well' | 'refuses' | 'hangs',
    puts: 0,
  }))
  const call = async <T>(member: (typeof members)[number], work: () => T): Promise<T> => {
    await new Promise((done) => setTimeout(done, 1))
    if (member.how === 'hangs') return new Promise<never>(() => {})
    if (member.how === 'refuses') throw new Error('connection refused')
    if (state.error !== '') throw new Error(state.error)
    return work()
  }
  const endpoints: CanaryOptions['endpoints'] = members.map((member) => ({
    member: member.name,
    close: () => (state.closed += 1),
    writer: {
      grant: () =>
        call(member, () => {
          const lease = String(++state.granted)
          leases.set(lease, new Set())
          state.most = Math.max(state.most, leases.size)
          return lease
        }),
      put: (key, _value, lease) =>
        call(member, () => {
          if (!leases.has(lease)) throw new Error('etcdserver: requested lease not found')
          leases.get(keys.get(key) ?? '')?.delete(key)
          leases.get(lease)?.add(key)
          keys.set(key, lease)
          member.puts += 1
        }),
      revoke: (lease) =>
        call(member, () => {
          for (const key of leases.get(lease) ?? []) keys.delete(key)
          if (!leases.delete(lease)) throw new Error('etcdserver: requested lease not found')
        }),
    },
  }))
  return { leases, keys, members, endpoints, state }
}

const begin = async (options: CanaryOptions): Promise<Canary> => {
  const start = await startCanary({ everyMs: 2, tryMs: 200, ...options })
  if (start.kind !== 'running') throw new Error(`${start.kind}: ${start.reason}`)
  running.push(start.canary)
  return start.canary
}
const puts = (member: { readonly puts: number } | undefined, count: number): Promise<void> =>
  vi.waitFor(() => expect(member?.puts ?? 0).toBeGreaterThanOrEqual(count), 10_000)

describe('a canary', () => {
  it('writes one key through one member, and leaves nothing behind', async () => {
    const { endpoints, members, keys, leases, state } = cluster(3)
    const canary = await begin({ endpoints })
    await puts(members[0], 10)
    expect(keys.size).toBe(1)
    await canary.stop()
    expect([keys.size, leases.size, state.closed]).toEqual([0, 0, 3])
    expect(canary.gap().failed).toBe(0)
    expect([members[1]?.puts, members[2]?.puts]).toEqual([0, 0])
  })

  it.each(['refuses', 'hangs'] as const)(
    'goes on to the next when its member %s, and stays there',
    async (how) => {
      const { endpoints, members } = cluster(3)
      const canary = await begin({ endpoints })
      await puts(members[0], 3)
      members[0]!.how = how
      await puts(members[1], 3)
      members[0]!.how = 'well'
      const before = members[0]!.puts
      await puts(members[1], 10)
      expect(members[0]!.puts).toBe(before)
      expect(canary.gap().failed).toBe(0)
      if (how === 'hangs') expect(canary.gap().longestMs).toBeGreaterThanOrEqual(195)
    },
  )

  it('a write that no member takes has failed, and the gap that is open grows', async () => {
    const { endpoints, members } = cluster(2)
    const canary = await begin({ endpoints })
    await puts(members[0], 3)
    for (const member of members) member.how = 'refuses'
    await vi.waitFor(() => expect(canary.gap().failed).toBeGreaterThanOrEqual(2), 10_000)
    const { longestMs } = canary.gap()
    await vi.waitFor(() => expect(canary.gap().longestMs).toBeGreaterThan(longestMs + 20), 10_000)
    for (const member of members) member.how = 'well'
    const written = members.map((member) => member.puts)
    await vi.waitFor(
      () => expect(members.some((member, index) => member.puts > written[index]! + 1)).toBe(true),
      10_000,
    )
    await canary.stop()
    const atEnd = canary.gap()
    await new Promise((done) => setTimeout(done, 30))
    expect(canary.gap()).toEqual(atEnd)
  })

  it('takes a new lease in time, and lets go of the old one without losing the key', async () => {
    const { endpoints, members, keys, leases, state } = cluster(1)
    const canary = await begin({ endpoints, leaseSeconds: 0.06 })
    await vi.waitFor(() => expect(state.granted).toBeGreaterThan(4), 10_000)
    await puts(members[0], members[0]!.puts + 3)
    expect(keys.size).toBe(1)
    expect(state.most).toBeLessThanOrEqual(3)
    await canary.stop()
    expect([keys.size, leases.size]).toEqual([0, 0])
  })

  it('takes another lease where its own ended meanwhile', async () => {
    const { endpoints, members, leases, keys } = cluster(2)
    const canary = await begin({ endpoints })
    leases.clear()
    await puts(members[0], members[0]!.puts + 3)
    expect([keys.size, canary.gap().failed]).toEqual([1, 0])
  })

  it.each([
    ['etcdserver: permission denied', 'denied'],
    ['etcdserver: user name is empty', 'denied'],
    ['its JSON gateway is switched off', 'unusable'],
  ])('does not start on "%s": %s', async (error, kind) => {
    const { endpoints, state } = cluster(2)
    state.error = error
    const start = await startCanary({ endpoints })
    expect(start).toMatchObject({ kind, reason: expect.stringContaining(`etcd-1: ${error}`) as unknown })
    expect(state.closed).toBe(2)
  })

  it.each(['refuses', 'hangs'] as const)(
    'starts through the first member that takes a write: one %s',
    async (how) => {
      const { endpoints, members } = cluster(3)
      members[0]!.how = how
      await begin({ endpoints })
      await puts(members[1], 2)
    },
  )

  it('stops in a few seconds also where nobody answers any more', async () => {
    const { endpoints, members } = cluster(3)
    const canary = await begin({ endpoints })
    for (const member of members) member.how = 'hangs'
    await canary.stop()
    expect(canary.gap().failed).toBeLessThanOrEqual(1)
  })

  it('keeps no process alive', () => {
    const module = resolve(import.meta.dirname, '../../src/apply/canary.ts')
    const code = `import { startCanary } from ${JSON.stringify(module)}
      const writer = { grant: async () => '1', put: async () => {}, revoke: async () => {} }
      const main = async () => console.log((await startCanary({ endpoints: [{ member: 'm', writer, close: () => {} }] })).kind)
      void main()`
    const tsx = resolve(import.meta.dirname, '../../node_modules/.bin/tsx')
    const { stdout, status } = spawnSync(tsx, ['-e', code], { encoding: 'utf8', timeout: 60_000 })
    expect([stdout.trim(), status]).toEqual(['running', 0])
  })
})
