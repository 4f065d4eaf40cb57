import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HostObserved, Observed } from '../../../src/cluster/observed.js'
import { makePlan } from '../../../src/plan/make-plan.js'
import { changed, cluster, type Change, runs, statuses, unit } from '../change/worlds.js'
import * as w from '../world.js'

const MIB = 1024 * 1024
const planOf = (observed: Observed, operation: 'plan' | 'deploy' = 'deploy') =>
  makePlan({ ...w.desired, operation }, observed, { now: w.now })

const restart: Change = unit('Restart=always', 'Restart=no')
const renewal: Change = () => ({ certificate: undefined })
const correction: Change = (host) => ({ key: { ...host.key!, mode: '640' } })
const full: Change = ({ dataDir }) => ({ dataDir: { ...dataDir, availableBytes: MIB } })
const off: Change = () => ({ clockSkewMs: -7_200_000 })
const both =
  (...changes: readonly Change[]): Change =>
  (host) =>
    changes.reduce<HostObserved>((seen, change) => ({ ...seen, ...change(seen) }), host)

const sized = (dbSize: number) => statuses().map((status) => ({ ...status, dbSize }))
const alarmed = { ...cluster, alarms: [{ memberId: cluster.members[2]!.id, alarm: 'NOSPACE' }] }
const refused = [{ members: w.names, user: 'etcd', reason: 'etcdserver: user name not found' }]

describe('a running cluster', () => {
  it.each([
    [
      'a full disk where its member is restarted',
      changed({ 1: both(restart, full) }),
      /MiB are needed/,
      w.names[1],
    ],
    [
      'a clock that is off where its member is restarted',
      changed({ 1: both(runs('3.6.13'), off) }),
      /its clock is/,
      w.names[1],
    ],
    [
      'a clock that is off where a certificate is renewed',
      changed({ 1: both(renewal, off) }),
      /its clock is/,
      w.names[1],
    ],
    ['an alarm before a restart', changed({ 0: restart }, { cluster: alarmed }), /alarm NOSPACE/, w.names[2]],
    [
      'authentication before a restart',
      changed({ 0: restart }, { refused }),
      /refuses the certificate of the name \(CN\) etcd/,
      w.names.join(', '),
    ],
    [
      'a database near the quota that is asked for',
      changed({ 0: restart }, { cluster: { ...cluster, statuses: sized(7_000_000_000) } }),
      /7000000000 bytes, 80 % or more of the quota of 8589934592 bytes/,
      w.names[1],
    ],
    [
      'authentication that lets nobody tell anything',
      changed({ 0: restart }, { silent: [{ member: w.names[0]!, reason: 'etcdserver: permission denied' }] }),
      /authentication is switched on/,
      w.names[0],
    ],
  ])('is left alone: %s', (_, observed, problem, member) => {
    const plan = planOf(observed)
    expect(plan).toMatchObject({
      kind: 'blocked',
      steps: [],
      summary: 'the hosts are not ready for what is asked for',
    })
    expect(plan.findings).toContainEqual(
      expect.objectContaining({ member, problem: expect.stringMatching(problem) as string }),
    )
  })

  it.each([
    [
      'a full disk, and a certificate to renew',
      changed({ 1: both(renewal, full) }),
      'roll',
      /would stop a restart/,
    ],
    [
      'a full disk, and modes to correct',
      changed({ 1: both(correction, full) }),
      'roll',
      /would stop a restart/,
    ],
    [
      'a clock that is off, and modes to correct',
      changed({ 1: both(correction, off) }),
      'roll',
      /its clock is/,
    ],
    [
      'a full disk on another host than the one restarted',
      changed({ 0: restart, 1: full }),
      'roll',
      /would stop a restart/,
    ],
    ['a clock that is off, and nothing to do', changed({ 1: off }), 'none', /its clock is/],
    [
      'an alarm, and a certificate to renew',
      changed({ 1: renewal }, { cluster: alarmed }),
      'roll',
      /no member is restarted while .* NOSPACE/,
    ],
    [
      'authentication, and a certificate to renew',
      changed({ 1: renewal }, { refused }),
      'roll',
      /no member is restarted while .*role root/,
    ],
    ['authentication, and nothing to do', changed({}, { refused }), 'none', /no member is restarted while/],
  ] as const)('goes on: %s', (_, observed, kind, note) => {
    const plan = planOf(observed)
    expect(plan.kind).toBe(kind)
    expect(plan.notes).toContainEqual(expect.stringMatching(note))
  })

  it('hears of no member that is down where authentication is what keeps it silent', () => {
    const silent = w.names.map((member) => ({ member, reason: 'etcdserver: permission denied' }))
    const { findings } = planOf(changed({ 0: restart }, { cluster: undefined, silent }))
    expect(findings.map(({ problem }) => problem).join()).not.toMatch(/quorum|does not answer/)
  })
})

describe('plan and deploy', () => {
  it('say the same of any host', { timeout: 60_000 }, () => {
    const faults = fc.constantFrom<Change>(
      ...[restart, renewal, correction, full, off],
      ...[() => ({ userExists: false }), () => ({ init: 'init' }), () => ({ hasMemberData: false })],
      ({ binDir }) => ({ binDir: { ...binDir, writable: false } }),
      () => ({}),
    )
    const host = fc.uniqueArray(faults, { maxLength: 3 }).map((list) => both(...list))
    const more = fc.constantFrom<Partial<Observed>>(
      {},
      { cluster: alarmed },
      { refused },
      { cluster: undefined },
    )
    let blocked = 0
    fc.assert(
      fc.property(fc.tuple(host, host, host), more, ([a, b, c], world) => {
        const observed = changed({ 0: a, 1: b, 2: c }, world)
        const deploy = planOf(observed)
        if (deploy.kind === 'blocked') blocked++
        expect(planOf(observed, 'plan')).toEqual(deploy)
        // Whatever is done, no member is restarted on a disk or by a clock like these.
        for (const step of deploy.steps) {
          if (step.kind !== 'roll-member') continue
          const of = observed.hosts.find(({ member }) => member === step.member)!
          expect(of.dataDir.availableBytes).toBeGreaterThan(192 * MIB)
          expect(Math.abs(of.clockSkewMs)).toBeLessThan(5000)
          expect(world).toEqual({})
        }
      }),
      { numRuns: 100 },
    )
    expect(blocked).toBeGreaterThan(10)
  })
})
