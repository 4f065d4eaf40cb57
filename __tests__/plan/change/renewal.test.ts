import { describe, expect, it } from 'vitest'
import type { HostObserved } from '../../../src/cluster/observed.js'
import type { Desired } from '../../../src/cluster/desired.js'
import { planDigest } from '../../../src/plan/digest.js'
import { isCutOff } from '../../../src/plan/change/cut-off.js'
import * as w from '../world.js'
import { type Change, changed, cluster, down, planOf, runs, service, shortly, statuses } from './worlds.js'

const [one, two, three] = w.names as [string, string, string]
const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR

const late = new Date(w.now.getTime() + 20 * YEAR)
const both =
  (...changes: readonly Change[]): Change =>
  (host) =>
    changes.reduce<Partial<HostObserved>>((all, change) => ({ ...all, ...change({ ...host, ...all }) }), {})

const broken: Change = () => ({ wire: { kind: 'broken' } })
/** Restarted since: its process waits for peers who do not take it. */
const waiting = service({ activeState: 'activating', subState: 'start' })
const ended = both(service({ activeState: 'activating', subState: 'auto-restart', mainPid: 0 }), () => ({
  process: undefined,
  pairRefused: 'tls: private key does not match public key',
}))
const none = { cluster: undefined }
const stepsOf = (...args: Parameters<typeof planOf>) => planOf(...args).steps.map(shortly)
const renewals = (...names: readonly string[]) => names.map((name) => `renew-certificate ${name}`)
const all = (change: Change) => ({ 0: change, 1: change, 2: change })
const moreNames: Desired = {
  ...w.desired,
  certificates: { ...w.desired.certificates, sans: ['etcd.example.com'] },
}

describe('members that are cut off by their certificates', () => {
  it.each([
    ['no pairs, and their services run', all(broken)],
    ['no pairs, and they were restarted since', all(both(waiting, broken))],
    ['no pairs, and they ended for it', all(ended)],
    ['no key', all(() => ({ key: undefined }))],
    [
      'certificates of a CA that nobody has',
      all(() => ({ certificate: { mode: '644', owner: 'root', text: w.otherCa.certPem } })),
    ],
  ])('get new ones before any question of quorum: %s', (_name, changes) => {
    const plan = planOf(changed(changes, none))
    expect(plan.kind === 'blocked' ? plan.findings : plan.kind).toBe('roll')
    expect(plan.steps.map(shortly)).toEqual(renewals(one, two, three))
    expect(plan.steps.every((step) => step.kind === 'renew-certificate' && step.cutOff === true)).toBe(true)
    expect(plan).toMatchObject({ first: true, notes: [expect.stringContaining('planned once')] })
    expect(planDigest(plan, w.desired)).toMatch(/^[0-9a-f]{64}$/)
  })

  it('are two of three: the third one is left as it is, and whatever else differs, too', () => {
    const changes = { 0: broken, 1: both(waiting, broken), 2: runs('3.6.13') }
    expect(stepsOf(changed(changes, none))).toEqual(renewals(one, two))
  })

  it('is one of three: it goes first, waits for nobody, and is not restarted', () => {
    const seen = { cluster: { ...cluster, statuses: statuses(0).slice(0, 2) } }
    expect(stepsOf(changed({ 2: both(waiting, broken) }, seen))).toEqual(renewals(three))
    expect(stepsOf(changed({ 2: broken }, seen), moreNames)).toEqual(renewals(three, two, one))
  })

  it('keep the others from being restarted no longer than that takes', () => {
    const seen = { cluster: { ...cluster, statuses: statuses(0, ['3.6.13', '3.6.13']).slice(0, 2) } }
    const steps = stepsOf(changed({ 0: runs('3.6.13'), 2: broken }, seen))
    expect(steps[0]).toBe(`renew-certificate ${three}`)
    expect(steps).toContain(`roll-member ${one} release`)
  })

  it('are not started where they were stopped by a hand, and it is said', () => {
    const stopped = both(down, service({ activeState: 'inactive', subState: 'dead' }), () => ({
      key: undefined,
    }))
    const plan = planOf(changed(all(stopped), none))
    expect(plan.kind).toBe('blocked')
    expect(plan.findings[0]).toMatchObject({ problem: expect.stringContaining('fewer than the quorum') })
  })

  it('are none of those that lost their data', () => {
    const lost: Change = both(broken, () => ({ hasMemberData: false }))
    expect(planOf(changed({ 0: broken, 1: broken, 2: lost }, none)).kind).toBe('blocked')
  })
})

describe('a certificate that somebody takes', () => {
  it('is not exchanged beside a member that is down, and it is said', () => {
    const seen = { cluster: { ...cluster, statuses: statuses(0).slice(0, 2) } }
    const plan = planOf(changed({}, seen), moreNames)
    // The silent one is to get one too, and is the only one that is down.
    expect(plan.steps.map(shortly)).toEqual(renewals(two, three, one))
    const beside = planOf(changed({ 0: () => ({ wire: { kind: 'served', serial: 'abc' } }) }, seen))
    expect(beside.findings).toEqual([
      {
        member: three,
        problem:
          'does not answer at its client URL, and no certificate is exchanged while another member is down',
        next: 'look at its journal and bring it back first',
        down: true,
      },
    ])
  })

  it('waits for the roll that brings the member up that is down', () => {
    const seen = { cluster: { ...cluster, statuses: statuses(0).slice(0, 2) } }
    const steps = stepsOf(changed({ 0: () => ({ wire: { kind: 'served', serial: 'abc' } }), 2: down }, seen))
    expect(steps).toEqual([`stage ${three}`, `roll-member ${three} process`, `renew-certificate ${one}`])
  })

  it('is not exchanged where no quorum is there', () => {
    const plan = planOf(changed({}, none), moreNames)
    expect(plan).toMatchObject({ kind: 'blocked', summary: 'exchanging certificates now is not safe' })
  })

  it('goes to followers first, and to the leader last', () => {
    const seen = (leader: number) => ({ cluster: { ...cluster, statuses: statuses(leader) } })
    expect(stepsOf(changed({}, seen(1)), moreNames)).toEqual(renewals(one, three, two))
    expect(planOf(changed({}, seen(1)), moreNames).first).toBeUndefined()
  })

  it('is not made where a clock is off, which is named', () => {
    const plan = planOf(changed({ 1: () => ({ clockSkewMs: -2 * HOUR }) }), moreNames)
    expect(plan.findings).toContainEqual({
      member: two,
      problem: expect.stringMatching(/its clock is 120 min .* behind the runner's/),
      next: 'set both clocks by NTP',
    })
  })
})

describe('who is cut off', () => {
  const hosts = w.convergedWorld.hosts
  const [host] = hosts as [HostObserved]
  it.each<[string, Partial<HostObserved>, Date, number, boolean]>([
    ['as it should be', {}, w.now, 0, false],
    ['ended by all clocks', {}, late, 0, true],
    ['ended by the runner alone', {}, late, -20 * YEAR, false],
    ['ended by the hosts alone', {}, w.now, 20 * YEAR, false],
    ['not begun by any clock', {}, new Date(0), 0, true],
    ['no pair', { wire: { kind: 'broken' } }, w.now, 0, true],
    ['another one on the wire', { wire: { kind: 'served', serial: 'abc' } }, w.now, 0, false],
    ['no text', { certificate: { mode: '644', owner: 'root', text: 'x' } }, w.now, 0, true],
  ])('%s', (_name, change, now, clockSkewMs, expected) => {
    const others = hosts.map((other) => ({ ...other, clockSkewMs }))
    expect(isCutOff({ ...host, ...change, clockSkewMs }, others, now)).toBe(expected)
  })

  it('is not told of who may have read another CA than the one on its disk', () => {
    const untrusted = hosts.map((other) => ({
      ...other,
      ca: { mode: '644', owner: 'root', text: w.otherCa.certPem },
    }))
    expect(isCutOff(untrusted[0]!, untrusted, w.now)).toBe(true)
    const [first, ...rest] = untrusted
    const since = [
      first!,
      ...rest.map((other) => ({ ...other, process: { ...other.process!, caChangedSince: true } })),
    ]
    expect(isCutOff(since[0]!, since, w.now)).toBe(false)
  })
})
