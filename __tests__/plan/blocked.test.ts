import { describe, expect, it } from 'vitest'
import { blockedFailure } from '../../src/plan/blocked.js'
import { makePlan } from '../../src/plan/plan.js'
import * as w from './world.js'

describe('blockedFailure', () => {
  it('names every difference, what state things are in and what to do', () => {
    const broken = w.but(w.butService(w.runningHost, { activeState: 'failed', subState: 'failed' }), {
      key: undefined,
    })
    const observed = w.world(w.hostsOf(w.runningHost, broken, w.runningHost), { cluster: w.cluster })
    const failure = blockedFailure(makePlan(w.desired, observed, { now: w.now }))
    expect(failure.message).toBe(
      'the existing cluster differs from what is asked for; nothing was changed on any host; ' +
        'this version does not change an existing cluster: ' +
        'make the inputs say what is there, or bring the cluster to what they say:\n' +
        '- etcd-10.0.0.2: certificate: there is no /etc/kubernetes/ssl/etcd-key.pem\n' +
        '- etcd-10.0.0.2: service: etcd.service is failed (failed), not active',
    )
    expect(failure.facts.member).toBe('etcd-10.0.0.2')
  })

  it('keeps what is wrong with a host and what to do about it together', () => {
    const observed = w.world(w.hostsOf(w.but(w.bareHost, { init: 'init' })))
    expect(blockedFailure(makePlan(w.desired, observed, { now: w.now })).message).toBe(
      'the hosts are not ready for a bootstrap; nothing was changed on any host; ' +
        'put right what is listed here, then run again:\n' +
        '- etcd-10.0.0.1: its init is init, not systemd (use a host that is run by systemd)',
    )
  })
})
