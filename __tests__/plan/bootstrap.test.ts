import { describe, expect, it } from 'vitest'
import type { Observed } from '../../src/cluster/observed.js'
import { makePlan } from '../../src/plan/make-plan.js'
import type { Step } from '../../src/plan/plan.js'
import * as w from './world.js'

const [first, second, third] = w.names as [string, string, string]
const marked = w.but(w.readyHost, { bootstrapMarker: w.marker })
const stepsOf = (observed: Observed, desired = w.desired): string[] => {
  const plan = makePlan(desired, observed, { now: w.now })
  expect(plan).toMatchObject({ kind: 'bootstrap', differences: [], findings: [] })
  return plan.steps.map(shortly)
}
const shortly = (step: Step): string =>
  `${step.kind} ${step.kind === 'start-members' ? step.members.join(' ') : step.member}`
const allSteps = (name: string): string[] =>
  ['create-user', 'install-release', 'place-certificates', 'write-unit'].map((kind) => `${kind} ${name}`)

describe('a fresh bootstrap', () => {
  it('makes each host ready, in order, then starts all members at once', () => {
    expect(stepsOf(w.freshWorld)).toEqual([
      ...w.names.flatMap(allSteps),
      `start-members ${first} ${second} ${third}`,
    ])
  })

  it('gives a reason for each step', () => {
    const { steps, summary } = makePlan(w.desired, w.freshWorld, { now: w.now })
    expect(summary).toBe('bootstrap 3 members with etcd 3.6.14')
    expect(steps.slice(0, 4).map(({ reason }) => reason)).toEqual([
      'there is no user etcd',
      'there is no /opt/kube/bin/etcd; there is no /opt/kube/bin/etcdctl; there is no /opt/kube/bin/etcdutl',
      'there is no /etc/kubernetes/ssl/ca.pem; there is no /etc/kubernetes/ssl/etcd.pem; there is no /etc/kubernetes/ssl/etcd-key.pem',
      'there is no /etc/systemd/system/etcd.service',
    ])
  })

  it('makes no user for root', () => {
    const desired = { ...w.desired, layout: { ...w.desired.layout, serviceUser: 'root' } }
    expect(stepsOf(w.freshWorld, desired)).not.toContain(`create-user ${first}`)
  })

  it('asks 3.4 for no etcdutl', () => {
    const desired = { ...w.desired, release: { ...w.desired.release, version: '3.4.23' } }
    const old = w.but(w.bareHost, {
      binaries: { etcd: { sha256: 'aa', version: '3.4.23' }, etcdctl: { sha256: 'bb', version: '' } },
    })
    const steps = stepsOf(w.world(w.hostsOf(old)), desired)
    expect(steps).not.toContain(`install-release ${first}`)
    expect(steps).toContain(`install-release ${second}`)
  })

  it('leaves out what is right already', () => {
    expect(stepsOf(w.world(w.hostsOf(w.readyHost, w.bareHost, w.readyHost)))).toEqual([
      ...allSteps(second),
      `start-members ${first} ${second} ${third}`,
    ])
  })
})

describe('an unfinished bootstrap', () => {
  it('leaves members alone that run, and goes on with the others', () => {
    expect(stepsOf(w.world(w.hostsOf(w.waitingHost, marked, marked)))).toEqual([
      `start-members ${second} ${third}`,
    ])
  })

  it('starts a member again that stopped', () => {
    const stopped = w.but(w.butService(w.waitingHost, { activeState: 'failed', mainPid: 0 }), {
      process: undefined,
      listeners: [],
    })
    expect(stepsOf(w.world(w.hostsOf(w.waitingHost, w.waitingHost, stopped)))).toEqual([
      `start-members ${third}`,
    ])
  })

  it('leaves a unit alone that lacks only what counts at the next start, of members that run', () => {
    const older = (member: (typeof w.members)[number]) => {
      const unit = w.waitingHost(member).service.unit!
      const text = unit.text.replace(/^UnsetEnvironment=.*\n/m, '')
      expect(text).not.toBe(unit.text)
      return w.butService(w.waitingHost, { unit: { ...unit, text } })(member)
    }
    expect(stepsOf(w.world(w.hostsOf(older, older, older)))).toEqual([])
  })

  it('writes the unit anew where the inputs were mended, and restarts the member that waits with the old one', () => {
    const desired = {
      ...w.desired,
      etcd: { ...w.desired.etcd, args: [{ name: 'snapshot-count', value: '10000' }] },
    }
    expect(stepsOf(w.world(w.hostsOf(w.waitingHost, marked, marked)), desired)).toEqual([
      ...w.names.map((name) => `write-unit ${name}`),
      `start-members ${first} ${second} ${third}`,
    ])
  })

  it('has no step left where all run and only the markers are to be taken away', () => {
    const done = w.but(w.runningHost, { bootstrapMarker: w.marker })
    expect(stepsOf(w.world(w.hostsOf(done, done, done), { cluster: w.cluster }))).toEqual([])
    expect(stepsOf(w.world(w.hostsOf(w.runningHost, done, w.runningHost), { cluster: w.cluster }))).toEqual(
      [],
    )
  })

  it('does not touch members that have become a cluster, but names what differs', () => {
    const done = w.but(w.runningHost, { bootstrapMarker: w.marker })
    const desired = { ...w.desired, release: { ...w.desired.release, version: '3.6.15' } }
    const plan = makePlan(desired, w.world(w.hostsOf(done, done, done), { cluster: w.cluster }), {
      now: w.now,
    })
    expect(plan).toMatchObject({ kind: 'blocked', steps: [] })
    expect(plan.differences).toContainEqual({
      member: third,
      what: 'version',
      detail: '/opt/kube/bin/etcd is 3.6.14, asked for 3.6.15',
    })
  })
})
