import { describe, expect, it } from 'vitest'
import { nextMember } from '../../../src/apply/engine/order.js'
import { memberOf, statusOf, taskOf, viewOf } from '../roll/views.fixture.js'

const DOWN = { activeState: 'failed', status: undefined, ready: false }
const LOST = { activeState: '', status: undefined, ready: false }
const sick = (...names: string[]) => names.map((member) => ({ member, reason: 'it is not ready' }))
const healthy = viewOf()
const bLeads = viewOf(
  ['a', 'b', 'c'].map((name) => memberOf(name, { status: statusOf(name, { leader: 'b1' }) })),
)

describe('nextMember', () => {
  it.each([
    { name: 'the first follower', done: [], rolling: ['a', 'b', 'c'], expected: 'b' },
    { name: 'the next follower', done: ['b'], rolling: ['a', 'b', 'c'], expected: 'c' },
    { name: 'the leader last', done: ['b', 'c'], rolling: ['a', 'b', 'c'], expected: 'a' },
    { name: 'the leader where it is the only one', done: [], rolling: ['a'], expected: 'a' },
    { name: 'only those that have to be rolled', done: [], rolling: ['a', 'c'], expected: 'c' },
  ])('takes $name', ({ done, rolling, expected }) =>
    expect(nextMember(healthy, taskOf('3.5.33', rolling), done, [])).toEqual({
      kind: 'next',
      member: expected,
    }),
  )

  it('goes by who leads now', () =>
    expect(nextMember(bLeads, taskOf('3.5.33'), [], [])).toMatchObject({ member: 'a' }))

  it('ends when all are done', () =>
    expect(nextMember(healthy, taskOf('3.5.33'), ['a', 'b', 'c'], [])).toEqual({ kind: 'finished' }))

  it('repairs first', () =>
    expect(nextMember(viewOf([memberOf('c', DOWN)]), taskOf('3.5.33'), [], sick('c'))).toEqual({
      kind: 'next',
      member: 'c',
    }))

  it('repairs a member that is down beside another one that is', () => {
    const view = viewOf([memberOf('b', DOWN), memberOf('c', { ready: false })])
    expect(nextMember(view, taskOf('3.5.33'), [], sick('b', 'c'))).toMatchObject({
      member: 'b',
    })
  })

  it.each([
    {
      name: 'one is unhealthy that is not to be rolled',
      view: viewOf([memberOf('c', DOWN)]),
      rolling: ['a', 'b'],
      unhealthy: ['c'],
      member: 'c',
    },
    {
      name: 'the unhealthy one was rolled already',
      view: viewOf([memberOf('b', DOWN)]),
      rolling: ['a', 'b', 'c'],
      done: ['b'],
      unhealthy: ['b'],
      member: 'b',
    },
    {
      name: 'the host of the unhealthy one does not answer',
      view: viewOf([memberOf('c', LOST)]),
      rolling: ['a', 'b', 'c'],
      unhealthy: ['c'],
      member: 'c',
    },
    {
      name: 'two are unhealthy and still run, as they may be voting',
      view: viewOf([memberOf('b', { ready: false }), memberOf('c', { ready: false })]),
      rolling: ['a', 'b', 'c'],
      unhealthy: ['b', 'c'],
      member: 'b',
    },
  ])('takes none while $name', ({ view, rolling, unhealthy, member, done = [] }) =>
    expect(nextMember(view, taskOf('3.5.33', rolling), done, sick(...unhealthy))).toEqual({
      kind: 'blocked',
      member,
      reason: 'it is not ready',
    }),
  )
})
