import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HostObserved, Observed } from '../../src/cluster/observed.js'
import { quorumOf } from '../../src/cluster/quorum.js'
import { isGuarded } from '../../src/etcd/log-guard.js'
import { makePlan } from '../../src/plan/make-plan.js'
import * as w from './world.js'

const planOf = (observed: Observed) => makePlan(w.desired, observed, { now: w.now })

/** Any host: bare, ready, waiting or running, with any mix of data, marker, process, unit and other etcds. */
const anyHost = (index: number): fc.Arbitrary<HostObserved> => {
  const member = w.members[index]!
  const bases = [w.bareHost, w.readyHost, w.waitingHost, w.runningHost].map((builder) => builder(member))
  return fc
    .record({
      base: fc.constantFrom(...bases),
      hasMemberData: fc.boolean(),
      bootstrapMarker: fc.constantFrom(undefined, w.marker, w.marker, w.otherMarker),
      process: fc.constantFrom(undefined, ...bases.map(({ process }) => process), {
        pid: 4711,
        exeSha256: 'aa',
        argv: ['etcd', '--data-dir=/elsewhere'],
      }),
      activeState: fc.constantFrom('inactive', 'activating', 'active', 'failed'),
      foreignEtcd: fc.constantFrom([], [], [], [{ pid: 9, unit: '', argv: ['etcd'] }]),
      empty: fc.boolean(),
    })
    .map(({ base, activeState, empty, ...facts }) => ({
      ...base,
      ...facts,
      service: { ...base.service, activeState },
      dataDir: { ...base.dataDir, empty: empty && !facts.hasMemberData },
    }))
}

const anyLinks = fc.array(
  fc.record({
    from: fc.constantFrom(...w.names),
    to: fc.constantFrom(...w.names),
    outcome: fc.constantFrom(
      'reached' as const,
      'refused' as const,
      'failed' as const,
      'not-checked' as const,
    ),
    reason: fc.constant('because'),
  }),
  { maxLength: 2 },
)

const anyWorld: fc.Arbitrary<Observed> = fc.record({
  hosts: fc.tuple(anyHost(0), anyHost(1), anyHost(2)),
  links: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, anyLinks),
  cluster: fc.constantFrom(undefined, undefined, w.cluster),
})

const holdsUnmarkedData = (host: HostObserved): boolean =>
  host.hasMemberData && host.bootstrapMarker !== w.marker

/** Runs or would run something, and no bootstrap of ours explains it. */
const hasOtherEtcd = (host: HostObserved): boolean =>
  host.foreignEtcd.length > 0 ||
  (host.process !== undefined && !host.hasMemberData && host.bootstrapMarker === undefined)

/** Of the worlds of law 10. */
const MOST_BATCHES = 10

describe('law 10: bootstrap only where nothing is', () => {
  it(
    'never starts a member where any host holds data without our marker, or another etcd',
    { timeout: 60_000 },
    () => {
      let bootstraps = 0
      const holds = (): void =>
        fc.assert(
          fc.property(anyWorld, (observed) => {
            const plan = planOf(observed)
            const starts = plan.steps.some(({ kind }) => kind === 'start-members')
            if (starts) bootstraps++
            if (observed.hosts.some((host) => holdsUnmarkedData(host) || hasOtherEtcd(host)))
              expect(starts).toBe(false)
            if (plan.kind !== 'bootstrap' && plan.kind !== 'roll') expect(plan.steps).toEqual([])
          }),
          { numRuns: 600 },
        )
      // Few worlds are fit for one: more are tried until some were.
      for (let batch = 0; batch < MOST_BATCHES && bootstraps <= 5; batch++) holds()
      // Else the law would hold for want of a bootstrap.
      expect(bootstraps).toBeGreaterThan(5)
    },
  )

  it('never starts a member whose unit asks for a log that is gone, nor any beside it', () => {
    fc.assert(
      fc.property(anyWorld, (observed) => {
        const gone = ({ service, hasMemberData, process }: HostObserved): boolean =>
          isGuarded(service.unit?.text ?? '', w.desired.layout) && !hasMemberData && process === undefined
        fc.pre(observed.hosts.some(gone))
        expect(planOf(observed)).toMatchObject({ kind: 'blocked', steps: [] })
      }),
      { numRuns: 300 },
    )
  })

  it('never starts a member without data beside data, unless every host was marked', () => {
    fc.assert(
      fc.property(anyWorld, (observed) => {
        const empty = observed.hosts.filter(({ hasMemberData }) => !hasMemberData)
        const unmarked = empty.filter(({ bootstrapMarker }) => bootstrapMarker !== w.marker)
        fc.pre(empty.length < observed.hosts.length && unmarked.length > 0)
        expect(planOf(observed).kind).not.toBe('bootstrap')
      }),
      { numRuns: 500 },
    )
  })

  it('never gives a majority to empty members once one was ready', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 }), fc.boolean(), (survivor, waits) => {
        const marked = w.but(w.readyHost, { bootstrapMarker: w.marker })
        const ready = w.but(w.runningHost, { bootstrapMarker: w.marker })
        const hosts = w.members.map((member, index) =>
          index === survivor ? (waits ? w.waitingHost : ready)(member) : marked(member),
        )
        expect(1).toBeLessThan(quorumOf(hosts.length))
        expect(planOf(w.world(hosts)).kind).toBe(waits ? 'bootstrap' : 'blocked')
      }),
    )
  })
})

describe('law 6: nothing to change, nothing planned', () => {
  it('holds whatever does not matter', () => {
    const trivia = fc.record({
      clockSkewMs: fc.integer({ min: -4000, max: 4000 }),
      tempDir: fc.record({ availableBytes: fc.nat(), writable: fc.boolean() }),
      restarts: fc.nat(),
      pid: fc.integer({ min: 2 }),
    })
    fc.assert(
      fc.property(fc.array(trivia, { minLength: 3, maxLength: 3 }), (changes) => {
        const hosts = w.members.map((member, index): HostObserved => {
          const host = w.runningHost(member)
          const { clockSkewMs, tempDir, restarts, pid } = changes[index]!
          return {
            ...host,
            clockSkewMs,
            tempDir: { ...host.tempDir, ...tempDir },
            service: { ...host.service, restarts, mainPid: pid },
            process: { ...host.process!, pid },
          }
        })
        expect(planOf(w.world(hosts, { cluster: w.cluster }))).toMatchObject({ kind: 'none', steps: [] })
      }),
    )
  })
})

describe('every change of a converged world', () => {
  const mutations: readonly [name: string, mutate: (host: HostObserved) => HostObserved][] = [
    ['data gone', (host) => ({ ...host, hasMemberData: false })],
    ['all gone', (host) => w.bareHost(w.members.find(({ name }) => name === host.member)!)],
    ['another marker', (host) => ({ ...host, bootstrapMarker: w.otherMarker })],
    [
      'version',
      (host) => ({ ...host, binaries: { ...host.binaries, etcd: { sha256: 'aa', version: '3.6.0' } } }),
    ],
    [
      'binary',
      (host) => ({ ...host, binaries: { ...host.binaries, etcd: { sha256: 'a1', version: '3.6.14' } } }),
    ],
    ['argv', (host) => ({ ...host, process: { ...host.process!, argv: host.process!.argv.slice(0, -1) } })],
    ['key', (host) => ({ ...host, key: { mode: '644', owner: 'etcd', text: '' } })],
    ['CA', (host) => ({ ...host, ca: undefined })],
    ['certificate', (host) => ({ ...host, certificate: undefined })],
    ['service', (host) => ({ ...host, service: { ...host.service, activeState: 'failed' } })],
    ['unit', (host) => ({ ...host, service: { ...host.service, unit: undefined } })],
    ['data directory', (host) => ({ ...host, dataDir: { ...host.dataDir, mode: '777' } })],
  ]
  it('is named with its member, and touches no other', () => {
    fc.assert(
      fc.property(fc.constantFrom(...mutations), fc.integer({ min: 0, max: 2 }), ([, mutate], index) => {
        const hosts = w.convergedWorld.hosts.map((host, at) => (at === index ? mutate(host) : host))
        const plan = planOf({ ...w.convergedWorld, hosts })
        expect(['blocked', 'roll']).toContain(plan.kind)
        const touched = plan.steps.map((step) => (step.kind === 'start-members' ? '' : step.member))
        const named = [...plan.findings.map(({ member }) => member), ...touched]
        expect(named).toContain(w.names[index])
        const wrong = plan.steps.filter((step) => 'member' in step && step.member !== w.names[index])
        // The snapshot is of the cluster, wherever it is taken.
        expect(wrong.filter(({ kind }) => kind !== 'take-snapshot')).toEqual([])
      }),
    )
  })

  it('of a flag in the unit is named with the flag', () => {
    const flags = (w.runningHost(w.members[0]!).process?.argv ?? [])
      .slice(1)
      .map((word) => word.split('=')[0]!)
      // What counts at the bootstrap only.
      .filter((flag) => !flag.startsWith('--initial-'))
    fc.assert(
      fc.property(fc.constantFrom(...flags), (flag) => {
        const change = (host: HostObserved): HostObserved => {
          const unit = host.service.unit!
          const text = unit.text.replace(new RegExp(`${flag}=`), `${flag}=changed`)
          return { ...host, service: { ...host.service, unit: { ...unit, text } } }
        }
        const hosts = w.convergedWorld.hosts.map((host, at) => (at === 0 ? change(host) : host))
        const { steps } = planOf({ ...w.convergedWorld, hosts })
        expect(steps.find(({ kind }) => kind === 'roll-member')?.reason).toContain(`${flag}: changed`)
      }),
    )
  })
})
