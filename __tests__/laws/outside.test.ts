import { expect, test } from 'vitest'
import type { Sample } from '../e2e/sampler.js'
import type { Acknowledged, Written } from '../e2e/writers.js'
import { brokenLaws, type Seen } from './outside.js'

const MEMBERS = [0, 1, 2]

const writes = (who: string): readonly Acknowledged[] =>
  Array.from({ length: 30 }, (_, at) => ({
    key: `${who}/${at}`,
    value: `value of ${at}`,
    revision: BigInt(100 + at),
  }))
const written = (who: string): Written => ({
  acknowledged: writes(who),
  failed: [],
  longestGap: { ms: 30, why: '' },
})

/** Ten answers of a member, one each 100 ms, of which those at the places in `down` did not come. */
const samplesOf = (member: number, down: readonly number[] = []): readonly Sample[] =>
  Array.from({ length: 10 }, (_, at) => ({
    at: at * 100,
    said: down.includes(at)
      ? undefined
      : { id: `m${member}`, cluster: 'c', leader: 'm2', version: '3.5.30', revision: BigInt(100 + at) },
  }))

/** A roll that went well: one member after the other, the leader (2) last. */
const well = (): Seen => {
  const free = written('free')
  const pinned = MEMBERS.map((member) => written(`pinned ${member}`))
  const all = [free, ...pinned].flatMap(({ acknowledged }) => acknowledged)
  return {
    result: { exitCode: 0, errors: [], outputs: { 'failed-writes': '0', 'max-write-gap-ms': '31' } },
    ...{ free, pinned },
    samples: [samplesOf(0, [1, 2]), samplesOf(1, [4]), samplesOf(2, [6, 7])],
    kept: MEMBERS.map(() => new Map(all.map((one) => [one.key, one]))),
    ...{ leader: 2, restarted: [0, 1, 2] },
  }
}

const without = (seen: Seen, member: number, key: string): Seen['kept'] =>
  seen.kept.map((has, at) => (at === member ? new Map([...has].filter(([name]) => name !== key)) : has))
const instead = <T>(list: readonly T[], at: number, item: T): readonly T[] =>
  list.map((old, index) => (index === at ? item : old))
const saying = (member: number, at: number, more: object): readonly Sample[] =>
  samplesOf(member).map((sample, index) =>
    index === at ? { ...sample, said: { ...sample.said!, ...more } } : sample,
  )

test('a roll that went well breaks no law', () => {
  expect(brokenLaws(well())).toEqual([])
})

test('a member may stay down to the end, and restart while another one is slow to answer, as long as it is alone', () => {
  const seen = well()
  expect(brokenLaws({ ...seen, samples: instead(seen.samples, 2, samplesOf(2, [6, 7, 8, 9])) })).toEqual([])
})

test.each<[string, (seen: Seen) => Partial<Seen>, readonly string[]]>([
  [
    'the run fails',
    ({ result }) => ({ result: { ...result, exitCode: 1, errors: ['etcd-2: it did not become healthy'] } }),
    ['the run failed: etcd-2: it did not become healthy'],
  ],
  [
    'the canary counts a failed write',
    ({ result }) => ({ result: { ...result, outputs: { ...result.outputs, 'failed-writes': '1' } } }),
    ['the canary counted 1 failed writes'],
  ],
  [
    'there was no canary',
    ({ result }) => ({ result: { ...result, outputs: { 'failed-writes': '', 'max-write-gap-ms': '' } } }),
    ['the canary counted  failed writes', 'the canary has no write gap to tell'],
  ],
  [
    'a write fails at every endpoint',
    ({ free }) => ({ free: { ...free, failed: ['free/7: all refused'] } }),
    ['a write of the client that fails over failed: free/7: all refused'],
  ],
  [
    'the client that fails over hardly wrote',
    ({ free }) => ({ free: { ...free, acknowledged: free.acknowledged.slice(0, 19) } }),
    ['the client that fails over wrote 19 times: too few to tell'],
  ],
  [
    'the client of one member hardly wrote',
    ({ pinned }) => ({
      pinned: instead(pinned, 1, { ...pinned[1]!, acknowledged: pinned[1]!.acknowledged.slice(0, 4) }),
    }),
    ['the client of member 1 wrote 4 times: too few to tell'],
  ],
  [
    'an acknowledged write is missing in one member',
    (seen) => ({ kept: without(seen, 1, 'free/7') }),
    ['member 1 lost free/7'],
  ],
  [
    'one member has another value than the acknowledged one',
    ({ kept }) => ({
      kept: instead(
        kept,
        0,
        new Map(kept[0]).set('pinned 1/3', { key: 'pinned 1/3', value: 'another', revision: 500n }),
      ),
    }),
    ['member 0 lost pinned 1/3'],
  ],
  [
    'one member has the value of an older revision',
    ({ kept, free }) => ({
      kept: instead(kept, 2, new Map(kept[2]).set('free/9', { ...free.acknowledged[9]!, revision: 1n })),
    }),
    ['member 2 lost free/9'],
  ],
  [
    'a client is told an older revision',
    ({ free }) => ({
      free: {
        ...free,
        acknowledged: instead(free.acknowledged, 5, { ...free.acknowledged[5]!, revision: 104n - 1n }),
      },
    }),
    ['a client saw revisions go back from 104 to 103'],
  ],
  [
    'a member tells an older revision after its restart',
    ({ samples }) => ({ samples: instead(samples, 0, saying(0, 5, { revision: 50n })) }),
    ['member 0 told revisions that go back from 104 to 50'],
  ],
  [
    'a member comes back with another id',
    ({ samples }) => ({ samples: instead(samples, 1, saying(1, 9, { id: 'new' })) }),
    ['member 1 told 2 member ids'],
  ],
  [
    'a member comes back in another cluster',
    ({ samples }) => ({ samples: instead(samples, 1, saying(1, 9, { cluster: 'new' })) }),
    ['members told 2 cluster ids'],
  ],
  [
    'the watch slept through the restarts',
    () => ({ samples: MEMBERS.map((member) => samplesOf(member)) }),
    ['members were restarted and none was seen down: the watch sees nothing'],
  ],
  [
    'two members are down for a moment',
    ({ samples }) => ({ samples: instead(samples, 1, samplesOf(1, [2])) }),
    ['members 0 and 1 were down at the same time'],
  ],
  [
    'one goes down while another one has not come back',
    ({ samples }) => ({ samples: instead(samples, 0, samplesOf(0, [5, 6, 7, 8, 9])) }),
    ['members 0 and 2 were down at the same time'],
  ],
  [
    'the leader goes first',
    () => ({ restarted: [2, 0, 1] }),
    ['member 2 led and was not the last one to be restarted, which was 1'],
  ],
])('is seen: %s', (_, doctored, expected) => {
  const seen = well()
  expect(brokenLaws({ ...seen, ...doctored(seen) })).toEqual(expected)
})
