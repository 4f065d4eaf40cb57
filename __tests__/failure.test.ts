import { describe, expect, it } from 'vitest'
import { clauseOf, Failure, sentenceOf } from '../src/failure.js'

const facts = {
  what: 'could not run etcdctl',
  where: 'etcd-1 (root@10.0.0.1:22)',
  why: 'the SSH connection is lost',
  state: 'it was not started',
  next: 'check the host',
}

describe('a failure in words', () => {
  it('is a sentence with all that is known', () => {
    expect(sentenceOf(new Failure(facts))).toBe(
      'etcd-1 (root@10.0.0.1:22): could not run etcdctl: the SSH connection is lost; it was not started; check the host.',
    )
  })

  it.each([
    [new Failure(facts), 'could not run etcdctl: the SSH connection is lost'],
    [new Failure({ what: 'it was refused', next: 'ask' }), 'it was refused'],
    [new Error('read ECONNRESET'), 'read ECONNRESET'],
    [new Error('It ended.'), 'It ended'],
    ['x', 'unexpected failure: x'],
  ])('is a clause of another one: what and why alone', (error, clause) => {
    expect(clauseOf(error)).toBe(clause)
  })
})
