import { describe, expect, it } from 'vitest'
import { caInForce, renewalOf, rolledBefore, type Renewal } from '../../src/operations/renew.js'
import type { Step } from '../../src/plan/plan.js'
import { changed, cluster, statuses } from '../plan/change/worlds.js'
import * as w from '../plan/world.js'

const [FIRST, SECOND, THIRD] = w.desired.members.map(({ name }) => name) as [string, string, string]
const renewal = (member: string): Renewal => ({ kind: 'renew-certificate', member, reason: 'it is due' })
const roll = (member: string): Step => ({ kind: 'roll-member', member, reason: 'as asked' }) as Step
const found = (name: string) => `CA found on ${name}`
const old = changed({}, { cluster: { ...cluster, statuses: statuses(0, ['3.5.16', '3.5.16', '3.5.16']) } })
const observed = {
  ...old,
  hosts: old.hosts.map((host) => ({ ...host, ca: { ...host.ca!, text: found(host.member) } })),
}

describe('a renewal that comes after a roll', () => {
  const later = [renewal(FIRST), renewal(SECOND)]
  const plan = { steps: [renewal(THIRD), roll(THIRD), roll(FIRST), ...later] }

  it('knows who was rolled by then', () => {
    expect(rolledBefore(plan, later)).toEqual([THIRD, FIRST])
    expect(rolledBefore(plan, [renewal(THIRD)])).toEqual([])
    expect(rolledBefore(plan, [plan.steps[0] as Renewal])).toEqual([])
    expect(rolledBefore(plan, [])).toEqual([])
  })

  it('holds no member to the version that was seen before it', () => {
    const { members } = renewalOf(w.desired, observed, later)
    expect(members.map(({ name, version, roll }) => [name, version, roll])).toEqual([
      [FIRST, '', true],
      [SECOND, '', true],
      [THIRD, '', false],
    ])
  })

  it('has the CA judge a pair that was rolled there, and the one that was found elsewhere', () => {
    const caOf = caInForce(w.desired, observed, [THIRD, FIRST])
    expect([FIRST, SECOND, THIRD].map(caOf)).toEqual([
      w.desired.certificates.caPem,
      found(SECOND),
      w.desired.certificates.caPem,
    ])
  })
})
