import { describe, expect, it } from 'vitest'
import { judgeHashes } from '../../../src/apply/engine/judge-hashes.js'
import { memberOf, statusOf, viewOf } from '../roll/views.fixture.js'

const hash = (member: string, value = '1', compactRevision = '5') => ({
  member,
  hash: value,
  compactRevision,
})
const cIsNewer = viewOf([memberOf('c', { status: statusOf('c', { version: '3.6.14' }) })])

describe('judgeHashes', () => {
  it.each([
    { name: 'equal hashes', view: viewOf(), hashes: [hash('a'), hash('b'), hash('c')] },
    {
      name: 'other hashes of another version',
      view: cIsNewer,
      hashes: [hash('a'), hash('b'), hash('c', '2')],
    },
  ])('passes $name', ({ view, hashes }) => expect(judgeHashes(hashes, view)).toEqual({ ok: true }))

  it('finds a member whose data differ, for good', () =>
    expect(judgeHashes([hash('a'), hash('b'), hash('c', '2')], viewOf())).toMatchObject({
      ok: false,
      member: 'c',
      reason: expect.stringMatching(/HashKV/),
      final: true,
    }))

  it('asks again while a compaction is under way', () =>
    expect(judgeHashes([hash('a'), hash('b', '2', '6')], viewOf())).toMatchObject({
      ok: false,
      member: 'b',
      reason: expect.stringMatching(/compact revision/),
      final: false,
    }))
})
