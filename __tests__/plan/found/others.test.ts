import { describe, expect, it } from 'vitest'
import { makePlan } from '../../../src/plan/make-plan.js'
import { blockedFailure } from '../../../src/plan/blocked.js'
import * as w from '../world.js'
import { FOUND } from './cases.js'

const planOf = (observed: ReturnType<typeof w.world>, desired = w.desired) =>
  makePlan(desired, observed, { now: w.now })

describe('an etcd that others left on a host where nothing of ours is', () => {
  it.each(FOUND.filter(({ says }) => says !== undefined))(
    'stops the bootstrap: $name',
    ({ found, says, next }) => {
      const plan = planOf(w.world(w.hostsOf(w.but(w.bareHost, found))))
      expect(plan).toMatchObject({ kind: 'blocked', steps: [], summary: 'another etcd is on the hosts' })
      const text = blockedFailure(plan).message
      expect(text).toContain(says)
      expect(text).toContain(next)
      expect(text).toContain('etcd-10.0.0.2: holds no data in /var/lib/etcd (nothing is to be done there)')
    },
  )

  it.each(FOUND.filter(({ says }) => says === undefined))('is left alone: $name', ({ name, found }) => {
    const plan = planOf(w.world(w.hostsOf(w.but(w.bareHost, found))))
    expect(plan.kind).toBe('bootstrap')
    const notes = (plan.notes ?? []).filter((note) => note.includes('also here'))
    expect(notes).toHaveLength(name.includes('backs up') ? 0 : 1)
  })

  it('is found on whichever host it is', () => {
    const found = FOUND.find(({ name }) => name === 'a stopped cluster by a file')!.found
    const one = w.world(w.hostsOf(w.bareHost, w.bareHost, w.but(w.bareHost, found)))
    expect(planOf(one).kind).toBe('blocked')
  })
})

describe('beside a cluster of ours', () => {
  it.each(FOUND.filter(({ lives, says }) => !lives || says === undefined))(
    'nothing is planned, and it is named: $name',
    ({ name, found }) => {
      const observed = w.world(w.hostsOf(w.but(w.runningHost, found), w.runningHost, w.runningHost), {
        cluster: w.cluster,
      })
      const plan = planOf(observed)
      expect(plan).toMatchObject({ kind: 'none', steps: [] })
      expect(
        (plan.notes ?? []).some((note) => /^etcd-10\.0\.0\.1: also here: .*; left alone$/.test(note)),
      ).toBe(!name.includes('backs up'))
    },
  )

  it('one that is in the way stops all change', () => {
    const found = FOUND.find(({ name }) => name === 'our member in another unit')!.found
    const observed = w.world(w.hostsOf(w.but(w.runningHost, found), w.runningHost, w.runningHost), {
      cluster: w.cluster,
    })
    expect(planOf(observed).kind).toBe('blocked')
  })
})

describe('a member of ours that is asked for elsewhere', () => {
  const moved = { ...w.desired, layout: { ...w.desired.layout, dataDir: '/data/etcd' } }
  const blank = w.but(w.runningHost, { hasMemberData: false })

  it.each([
    ['all run', w.world(w.hostsOf(blank, blank, blank), { cluster: w.cluster })],
    ['all run, and none answers', w.world(w.hostsOf(blank, blank, blank))],
    [
      'all are stopped',
      w.world(w.members.map((member) => ({ ...w.readyHost(member), foundData: [{ dir: '/var/lib/etcd' }] }))),
    ],
  ])('is said to be where it is: %s', (_, observed) => {
    const text = blockedFailure(planOf(observed, moved)).message
    expect(text).toMatch(/set data-dir to \/var\/lib\/etcd(?:, as it runs now)?/)
    expect(text).not.toMatch(/member remove|member add|stop |move aside/)
  })

  it('under another service name is told its name', () => {
    const renamed = { ...w.desired, layout: { ...w.desired.layout, serviceName: 'etcd-two' } }
    const hosts = w.members.map((member) => {
      const argv = w.runningHost(member).process!.argv
      return {
        ...w.bareHost(member),
        hasMemberData: true,
        foreignEtcd: [{ pid: 5, unit: 'etcd.service', argv }],
      }
    })
    const text = blockedFailure(planOf(w.world(hosts), renamed)).message
    expect(text).toContain(
      'runs an etcd at its own address (pid 5 in etcd.service) with data in /var/lib/etcd',
    )
    expect(text).toContain(
      'leave it running: it is the member itself; set service-name to etcd, and run operation plan',
    )
  })
})
