import { describe, expect, it } from 'vitest'
import type { Answer, HashKvEntry, StatusEntry } from '../../src/cluster/answers.js'
import { describeDivergence } from '../../src/cluster/divergence.js'
import { compareData, type DataAsks, HASHED_BYTES, type DataMember } from '../../src/observe/compare-data.js'
import { statusOf } from '../apply/roll/views.fixture.js'

type Turn<T> = readonly T[]

interface Told {
  /** Statuses in the order they are asked for, the last for good; the first is the one that is known already. */
  readonly statuses?: Turn<Partial<StatusEntry>>
  /** Hashes likewise; text: why there is none. */
  readonly hashes?: Turn<
    string | { readonly hash: string; readonly compact?: string; readonly memberId?: string }
  >
}

const member = (name: string, asked: string[], { statuses = [{}], hashes = ['7'] }: Told) => {
  const turn = { status: 0, hash: 0 }
  const now = (): StatusEntry => statusOf(name, statuses[Math.min(turn.status, statuses.length - 1)])
  return {
    name,
    status: now(),
    askStatus: (): Answer<StatusEntry> => {
      turn.status++
      asked.push(`${name} status`)
      return { ok: true, value: now() }
    },
    askHash: (revision: string): Answer<HashKvEntry> => {
      const told = hashes[Math.min(turn.hash++, hashes.length - 1)]!
      asked.push(`${name} hash ${revision}`)
      if (typeof told === 'string' && /\D/.test(told)) return { ok: false, reason: told }
      const { hash, compact = '1', memberId = `${name}1` } = typeof told === 'string' ? { hash: told } : told
      const value = { endpoint: '', memberId, revision: now().revision, hash, compactRevision: compact }
      return { ok: true, value: { ...value, hashRevision: '0' } }
    },
  }
}

const compare = async (...told: readonly Told[]) => {
  const asked: string[] = []
  const members = told.map((of, index) => member('abc'[index]!, asked, of))
  const each = <T>(of: readonly DataMember[], ask: (one: (typeof members)[number]) => T): Promise<T[]> =>
    Promise.resolve(of.map(({ name }) => ask(members.find((one) => one.name === name)!)))
  const asks: DataAsks = {
    statuses: (of) => each(of, (one) => one.askStatus()),
    hashes: (of, revision) => each(of, (one) => one.askHash(revision)),
  }
  const { divergence, unknown } = await compareData(members, asks, 1)
  return { says: divergence ? describeDivergence(divergence) : unknown, asked }
}

const BIG = { dbSize: HASHED_BYTES + 1, dbSizeInUse: HASHED_BYTES + 1 }
const OTHER = { revision: '105', raftAppliedIndex: '500' }

describe('compareData', () => {
  it('hashes a small database once, at the newest revision that all have', async () => {
    const { says, asked } = await compare({}, { statuses: [{ revision: '98', raftAppliedIndex: '498' }] }, {})
    expect(says).toBeUndefined()
    expect(asked).toEqual(['a hash 98', 'b hash 98', 'c hash 98'])
  })

  it('asks nothing of a big one that gives no reason', async () => {
    expect(await compare({ statuses: [BIG] }, {}, {})).toEqual({ says: undefined, asked: [] })
  })

  it('goes by what is in use, where the member tells it', async () => {
    const { asked } = await compare({ statuses: [{ ...BIG, dbSizeInUse: 1000 }] }, {})
    expect(asked).toContain('a hash 100')
  })

  it.each<[string, Told[], string | undefined]>([
    [
      'hashes that differ whenever they are taken, though revisions and entries agree',
      [{ hashes: ['9'] }, {}, {}],
      'a hashes to 9 at revision 100, b and c hash to 7 at revision 100',
    ],
    ['hashes that differed once', [{ hashes: ['9', '7'] }, {}, {}], undefined],
    ['hashes that differed twice', [{ hashes: ['9', '9', '7'] }, {}, {}], undefined],
    [
      'a compaction that reaches all in the end',
      [{ hashes: [{ hash: '9', compact: '40' }, '7'] }, {}, {}],
      undefined,
    ],
    [
      'a compaction that does not reach one',
      [{ hashes: [{ hash: '9', compact: '40' }] }, {}, {}],
      'a compaction has not reached all members yet',
    ],
    [
      'a revision that was compacted meanwhile',
      [{ hashes: ['mvcc: required revision has been compacted', '7'] }, {}, {}],
      undefined,
    ],
    [
      'a member that may not be asked',
      [{ hashes: ['etcdserver: permission denied'] }, {}],
      'a: etcdserver: permission denied',
    ],
    [
      'two that differ beside one that does not answer',
      [{ hashes: ['9'] }, {}, { hashes: ['no answer within 30s'] }],
      'a hashes to 9 at revision 100, b hashes to 7 at revision 100',
    ],
    [
      'older revisions with the same entries, though nobody may hash',
      [{ hashes: ['etcdserver: permission denied'] }, { statuses: [OTHER] }, { statuses: [OTHER] }],
      'b and c are at revision 105 after 500 entries of the log, a is at revision 100 after 500 entries of the log',
    ],
    [
      'the same of a big database',
      [{ statuses: [BIG] }, { statuses: [{ ...BIG, ...OTHER }] }],
      'b is at revision 105 after 500 entries of the log, a is at revision 100 after 500 entries of the log',
    ],
    [
      'a member with entries that the leader does not have',
      [{}, { statuses: [{ raftAppliedIndex: '600', raftIndex: '600', revision: '180' }] }],
      'b has applied 600 entries of the log, a leads and has only 500 of them',
    ],
    [
      'a revision read too early once',
      [{ statuses: [BIG] }, { statuses: [{ ...BIG, revision: '99' }, BIG] }],
      undefined,
    ],
    [
      'a learner',
      [{ hashes: ['9'] }, {}, { statuses: [{ isLearner: true }], hashes: ['8'] }].slice(1),
      undefined,
    ],
    ['a member of another cluster', [{ hashes: ['9'] }, { statuses: [{ clusterId: 'c2' }] }], undefined],
    ['one member behind two endpoints', [{ hashes: ['9'] }, { statuses: [{ memberId: 'a1' }] }], undefined],
    [
      'an address behind which another member answers',
      [{ hashes: [{ hash: '9', memberId: 'x1' }] }, {}],
      undefined,
    ],
    ['releases that differ', [{ statuses: [{ version: '3.6.14' }], hashes: ['9'] }, {}, {}], undefined],
    ['one member', [{ hashes: ['9'] }], undefined],
  ])('judges %s', async (_name, told, says) => expect((await compare(...told)).says).toBe(says))

  it('asks the leader after the others, so that it cannot seem to lag behind them', async () => {
    const { asked } = await compare({ statuses: [BIG] }, { statuses: [{ ...BIG, ...OTHER }] }, {})
    expect(asked.slice(0, 3)).toEqual(['b status', 'c status', 'a status'])
  })

  it('hashes a big one where doubts remain that statuses cannot prove', async () => {
    // At another revision each time, as under writes: an older one with more entries, and never the same twice.
    const busy = (start: number, ahead: number) =>
      [0, 1, 2, 3, 4].map((at) => ({
        ...BIG,
        ...{ revision: String(start + 100 * at), raftAppliedIndex: String(500 + 100 * at + ahead) },
        raftIndex: String(500 + 100 * at + ahead),
      }))
    const { says, asked } = await compare(
      { statuses: busy(100, 1), hashes: ['9'] },
      { statuses: busy(105, 0), hashes: ['8'] },
    )
    expect(asked.some((line) => line.startsWith('a hash'))).toBe(true)
    expect(says).toMatch(/^a hashes to 9 at revision \d+, b hashes to 8 at revision \d+$/)
  })
})
