import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  describeDivergence,
  divergenceIn,
  isDoubtful,
  type DataSample,
  type Round,
} from '../../src/cluster/divergence.js'

interface Said {
  readonly revision: number
  readonly applied: number
  /** The commit index, where it is not the applied one. */
  readonly committed?: number
  readonly term?: number
}
const sample = (
  name: string,
  { revision, applied, committed, term = 5 }: Said,
  leader = 'a',
): DataSample => ({
  name,
  status: {
    ...{ memberId: name, leader, revision: String(revision), raftTerm: String(term) },
    ...{ raftIndex: String(committed ?? applied), raftAppliedIndex: String(applied) },
  },
})
/** `a` leads; in the order they are asked. */
const round = (b: Said, c: Said, a: Said): Round => [sample('b', b), sample('c', c), sample('a', a)]
const at = (revision: number, applied: number): Said => ({ revision, applied })

const SAME = round(at(61, 76), at(61, 76), at(61, 76))
const OTHER = round(at(66, 76), at(66, 76), at(61, 76))

describe('what statuses prove', () => {
  it.each<[string, Round[], string | undefined]>([
    ['nothing of members that agree', [SAME, SAME], undefined],
    [
      'that one is at an older revision with the same entries',
      [OTHER, OTHER],
      'b and c are at revision 66 after 76 entries of the log, a is at revision 61 after 76 entries of the log',
    ],
    [
      'that while writes go on, where one had more entries and is at an older revision still',
      [round(at(66, 76), at(67, 77), at(62, 77)), round(at(68, 78), at(69, 79), at(64, 79))],
      'b and c are at revision 68 after 78 entries of the log, a is at revision 64 after 79 entries of the log',
    ],
    [
      'that each one is a life of its own',
      [round(at(40, 76), at(50, 76), at(61, 76)), round(at(40, 76), at(50, 76), at(61, 76))],
      'b is at revision 40 after 76 entries of the log, c is at revision 50 after 76 entries of the log, a is at revision 61 after 76 entries of the log',
    ],
    [
      'that one has entries that the leader does not have',
      [round(at(61, 72), at(21, 27), at(21, 27)), round(at(61, 72), at(21, 27), at(21, 27))],
      'b has applied 72 entries of the log, a leads and has only 27 of them',
    ],
    [
      'nothing by a leader of another term, which may not know yet what is committed',
      [
        round({ ...at(61, 72), term: 4 }, at(61, 72), { ...at(60, 71), term: 5 }),
        round(at(61, 72), at(61, 72), at(60, 71)),
      ],
      undefined,
    ],
    [
      'nothing by a member that catches up',
      [round(at(10, 20), at(61, 76), at(61, 76)), round(at(30, 40), at(61, 76), at(61, 76))],
      undefined,
    ],
    [
      'nothing by a revision that was read before the entry was applied',
      [round(at(61, 77), at(62, 77), at(62, 77)), round(at(62, 77), at(62, 77), at(62, 77))],
      undefined,
    ],
    ['nothing where there is one round', [OTHER], undefined],
    [
      'nothing where none leads',
      [SAME, SAME].map((all) => all.map(({ name, status }) => ({ name, status: { ...status, leader: '' } }))),
      undefined,
    ],
  ])('%s', (_name, rounds, says) => {
    const found = divergenceIn(rounds)
    expect(found && describeDivergence(found)).toBe(says)
  })

  it.each([
    ['no reason where all agree', SAME, false],
    ['a reason where an older revision has as many entries', OTHER, true],
    [
      'a reason in a revision that may have been read too early',
      round(at(61, 77), at(62, 77), at(62, 77)),
      true,
    ],
    ['no reason where one lags', round(at(10, 20), at(61, 76), at(61, 76)), false],
    ['a reason where one is beyond the leader', round(at(61, 72), at(21, 27), at(21, 27)), true],
  ])('gives %s', (_name, given, expected) => expect(isDoubtful(given)).toBe(expected))

  it('is never said of one life, however its members lag, and whenever they are asked', () => {
    const steps = fc.array(fc.nat({ max: 3 }), { minLength: 6, maxLength: 60 })
    const looks = fc.array(fc.tuple(fc.nat(40), fc.nat(40), fc.nat(40), fc.nat(3), fc.nat(3)), {
      minLength: 2,
      maxLength: 5,
    })
    fc.assert(
      fc.property(steps, looks, (grown, asked) => {
        // The revision that goes with each applied index: some entries change no key.
        const revisions = grown.reduce<number[]>((all, by) => [...all, (all.at(-1) ?? 1) + by], [1])
        const revisionAt = (index: number): number => revisions[Math.min(index, revisions.length - 1)] ?? 1
        let [a, b, c] = [0, 0, 0]
        const rounds = asked.map(([moreB, moreC, moreA, gapB, gapC]) => {
          a = Math.min(a + moreA, revisions.length - 1)
          // etcd reads the revision first, and the index when more may have been applied since the round before.
          const say = (before: number, applied: number, gap: number): Said => ({
            ...{ revision: revisionAt(Math.max(before, applied - gap)), applied },
          })
          const [oldB, oldC] = [b, c]
          b = Math.min(a, b + moreB)
          c = Math.min(a, c + moreC)
          return round(say(oldB, b, gapB), say(oldC, c, gapC), say(a, a, 0))
        })
        expect(divergenceIn(rounds)).toBeUndefined()
      }),
      { numRuns: 3_000 },
    )
  })

  it('is said of every quiet cluster whose members are at different revisions with the same entries', () => {
    fc.assert(
      fc.property(fc.tuple(fc.nat(), fc.nat(), fc.nat()), fc.nat(), ([x, y, z], applied) => {
        const quiet = round(at(x, applied), at(y, applied), at(z, applied))
        expect(divergenceIn([quiet, quiet]) !== undefined).toBe(new Set([x, y, z]).size > 1)
      }),
    )
  })
})
