import { describe, expect, it } from 'vitest'
import { judgeCluster } from '../../../src/apply/engine/judge-cluster.js'
import { judgeLinks } from '../../../src/apply/engine/judge-links.js'
import { nextMember } from '../../../src/apply/engine/order.js'
import type { RollTask } from '../../../src/apply/engine/port.js'
import { idOf, IDS, memberOf, NAMES, taskOf, viewOf } from '../roll/views.fixture.js'

/** Who has live connections of its own to whom: 'a>bc b>ac c>ab'. One that is not in it does not tell. */
const viewWith = (links: string, down: readonly string[] = []) =>
  viewOf(
    NAMES.map((name) => {
      const to = links
        .split(' ')
        .find((of) => of.startsWith(`${name}>`))
        ?.slice(2)
      return memberOf(name, {
        ...(to === undefined ? {} : { peers: [...to].map(idOf) }),
        ...(down.includes(name) ? { status: undefined, reason: 'connection refused' } : {}),
      })
    }),
  )
const mending = (...names: readonly string[]): RollTask => {
  const task = taskOf('3.5.30')
  return { ...task, members: task.members.map((one) => ({ ...one, mendsLinks: names.includes(one.name) })) }
}

interface Case {
  readonly links: string
  readonly down?: readonly string[]
  readonly mending?: readonly string[]
  readonly done?: readonly string[]
  readonly except?: readonly string[]
  readonly of?: string
  /** `a>b`: the link that is missed first; empty: it passes. */
  readonly missed: string
}

describe('judgeLinks', () => {
  it.each<[string, Case]>([
    ['all are up', { links: 'a>bc b>ac c>ab', missed: '' }],
    ['one direction is cut', { links: 'a>bc b>a c>ab', missed: 'b>c' }],
    ['both are', { links: 'a>bc b>a c>a', missed: 'b>c' }],
    ['one has none at all', { links: 'a>bc b>ac c>', missed: 'c>a' }],
    ['nobody tells', { links: '', missed: '' }],
    ['one does not tell, and the other end misses nothing', { links: 'a>bc c>ab', missed: '' }],
    ['one does not tell, and the other end misses it', { links: 'a>c c>ab', missed: 'a>b' }],
    ['one that is down is missed by nobody', { links: 'a>b b>a', down: ['c'], missed: '' }],
    ['one that is not looked at', { links: 'a>bc b>a c>ab', except: ['c'], missed: '' }],
    ['that of another member', { links: 'a>bc b>a c>ab', of: 'a', missed: '' }],
    ['its own', { links: 'a>bc b>a c>ab', of: 'b', missed: 'b>c' }],
    ['one to it', { links: 'a>bc b>a c>ab', of: 'c', missed: 'b>c' }],
    ['one whose restart is to mend it', { links: 'a>bc b>a c>ab', mending: ['b'], missed: '' }],
    [
      'that was restarted and did not',
      { links: 'a>bc b>a c>ab', mending: ['b'], done: ['b'], missed: 'b>c' },
    ],
    ['one that no restart is to mend beside it', { links: 'a>b b>a c>ab', mending: ['b'], missed: 'a>c' }],
    ['two that see each other through the third', { links: 'a>bc b> c>', mending: ['b', 'c'], missed: '' }],
    [
      'the same without the third',
      { links: 'a>bc b> c>', mending: ['b', 'c'], except: ['a'], missed: 'b>c' },
    ],
    ['the first of them is back', { links: 'a>bc b>ac c>', mending: ['b', 'c'], done: ['b'], missed: '' }],
  ])('%s', (_name, { links, down, missed, of, mending: mends = [], done = [], except = [] }) => {
    const verdict = judgeLinks(viewWith(links, down), {
      ...{ members: mending(...mends).members, ids: IDS, done, except },
      ...(of === undefined ? {} : { of }),
    })
    const said = verdict.ok
      ? ''
      : `${verdict.member}>${/connection of its own to (\w)/.exec(verdict.reason)?.[1]}`
    expect(said).toBe(missed)
    expect(verdict.ok || verdict.final).toBe(missed === '')
  })
})

it('a cluster whose members cannot all reach each other passes no gate', () => {
  const want = { task: taskOf('3.5.30'), ids: IDS, done: NAMES, except: [] }
  expect(judgeCluster(viewWith('a>bc b>ac c>ab'), want).ok).toBe(true)
  expect(judgeCluster(viewWith('a>bc b>a c>ab'), want)).toMatchObject({
    ...{ ok: false, condition: 'links up', member: 'b' },
    reason: expect.stringContaining('has no live connection of its own to c') as string,
  })
})

it('those whose restart mends links go first, and the leader last all the same', () => {
  const view = viewWith('a>bc b>ac c>')
  const next = (task: RollTask, done: readonly string[] = []) => nextMember(view, task, done, [])
  expect(next(mending('c'))).toMatchObject({ member: 'c' })
  expect(next(mending('c'), ['c'])).toMatchObject({ member: 'b' })
  expect(next(mending('a', 'c'))).toMatchObject({ member: 'c' })
  expect(next(mending('a'))).toMatchObject({ member: 'b' })
})
