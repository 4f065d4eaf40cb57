import { describe, expect, it } from 'vitest'
import type { Desired } from '../../../src/cluster/desired.js'
import { issueForMembers } from '../../pki/issue-for-members.js'
import { authorityOf } from '../../pki/members.js'
import * as w from '../world.js'
import { changed, planOf, shortly } from './worlds.js'

const old = w.desired.certificates.caPem
const young = w.otherCa.certPem
const file = (text: string) => ({ mode: '644', owner: 'root', text })
const youngLeaves = await issueForMembers({
  authority: authorityOf(w.otherCa, w.now),
  receivers: w.members,
  members: w.members,
  certificates: w.desired.certificates,
  now: w.now,
})

const asking = (caPem: string, issuerPem: string): Desired => ({
  ...w.desired,
  certificates: { ...w.desired.certificates, caPem, issuerPem },
})
/** Every host has this CA file, and a certificate of the old or the new CA. */
const hosts = (ca: string, leaves: 'old' | 'young', loaded = true) => {
  const change = (index: number) => (host: (typeof w.convergedWorld.hosts)[number]) => ({
    ca: file(ca),
    process: { ...host.process!, caChangedSince: !loaded },
    ...(leaves === 'old' ? {} : { certificate: file(youngLeaves.get(w.names[index]!)!.certificatePem) }),
  })
  return changed({ 0: change(0), 1: change(1), 2: change(2) })
}
const roll = (part: string) => [
  ...w.names.map((name) => `stage ${name}`),
  ...[1, 2, 0].map((index) => `roll-member ${w.names[index]} ${part}`),
]

describe('a change of the CA', () => {
  it('for another one is refused while the certificates come from the old one', () => {
    const plan = planOf(hosts(old, 'old'), asking(young, young))
    expect(plan).toMatchObject({ kind: 'blocked', steps: [] })
    expect(plan.findings.map(({ member }) => member)).toEqual(expect.arrayContaining([...w.names]))
    expect(plan.findings.at(-1)?.next).toContain('put the old CA beside the new one')
  })

  it('for a bundle with the old one rolls the bundle, and leaves certificates as they are', () => {
    const plan = planOf(hosts(old, 'old'), asking(old + young, young))
    expect(plan.steps.map(shortly)).toEqual(roll('ca'))
    expect(plan.notes).toHaveLength(3)
    expect(plan.notes?.[0]).toContain('its certificate stays in this run')
  })

  it('goes on with certificates of the new one, without a restart, once every member trusts the bundle', () => {
    const plan = planOf(hosts(old + young, 'old'), asking(old + young, young))
    // The leader last.
    const [one, ...followers] = w.names
    expect(plan.steps.map(shortly)).toEqual([...followers, one].map((name) => `renew-certificate ${name}`))
  })

  it('does not go on before the members have read the bundle', () => {
    const plan = planOf(hosts(old + young, 'old', false), asking(old + young, young))
    expect(plan.steps.map(shortly)).toEqual(roll('process'))
  })

  it('ends with the new one alone, and says whom that shuts out', () => {
    const plan = planOf(hosts(old + young, 'young'), asking(young, young))
    expect(plan.steps.map(shortly)).toEqual(roll('ca'))
    expect(plan.notes).toEqual([
      expect.stringMatching(/^clients with a certificate from .*plan.* are refused/),
    ])
  })

  it('may not end while a certificate still comes from the old one', () => {
    expect(planOf(hosts(old + young, 'old'), asking(young, young)).kind).toBe('blocked')
  })

  it('is done where all is done', () => {
    expect(planOf(hosts(young, 'young'), asking(young, young)).kind).toBe('none')
  })
})

describe('a certificate that has to be new', () => {
  const without = { certificate: undefined }
  it('waits for nobody where all trust its CA', () => {
    expect(planOf(changed({ 0: () => without })).steps.map(shortly)).toEqual([
      `renew-certificate ${w.names[0]}`,
    ])
  })

  it('cannot be had while another member does not trust its CA yet', () => {
    const plan = planOf(changed({ 0: () => without, 1: () => ({ ca: file(young) }) }))
    expect(plan.findings).toContainEqual({
      member: w.names[0],
      problem: expect.stringContaining('not every member trusts the CA'),
      next: 'give the ca-cert and ca-key that all members trust',
    })
  })
})
