import { describe, expect, it } from 'vitest'
import { blockedFailure } from '../../src/plan/blocked.js'
import { makePlan } from '../../src/plan/make-plan.js'
import * as w from './world.js'

describe('blockedFailure', () => {
  it('names every difference of an unfinished bootstrap that runs, what state things are in and what to do', () => {
    const marked = w.but(w.runningHost, { bootstrapMarker: w.marker })
    const broken = w.but(marked, { key: undefined })
    const observed = w.world(w.hostsOf(marked, broken, w.waitingHost))
    const failure = blockedFailure(makePlan(w.desired, observed, { now: w.now }))
    expect(failure.message).toBe(
      'the members of an unfinished bootstrap run already, but differ from what is asked for; ' +
        'nothing was changed on any host; ' +
        'finish the bootstrap with the inputs it was begun with, then deploy what is to be different:\n' +
        '- etcd-10.0.0.2: certificate: there is no /etc/kubernetes/ssl/etcd-key.pem',
    )
  })

  it('names the member whose journal may tell why', () => {
    const down = w.butService(w.runningHost, { activeState: 'failed', subState: 'failed' })
    const observed = w.world(w.hostsOf(w.runningHost, down, down))
    expect(blockedFailure(makePlan(w.desired, observed, { now: w.now })).facts.member).toBe('etcd-10.0.0.1')
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
