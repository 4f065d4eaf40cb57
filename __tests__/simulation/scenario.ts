import fc from 'fast-check'
import type { Behaviour, Build } from './host.js'

/** What goes wrong at one call of a run. */
export interface Fault {
  /** Ordinal of the call, from 1; sleeps count. */
  readonly call: number
  readonly kind: 'lost-before' | 'lost-after' | 'slow' | 'die-before' | 'die-after' | 'cancel'
}

/** What somebody else does, or what happens to a host, at some time of a run. */
export interface Event {
  readonly atMs: number
  readonly kind: (typeof EVENTS)[number]
  readonly host: number
}

const EVENTS = [
  ...(['kill', 'stop', 'move-leader', 'add-member', 'cut'] as const),
  /** It gets another disk, a blank one. */
  'lose-disk',
  'reboot',
  'reboot-all',
  /** A quorum of hosts, beginning with this one, gets blank disks, and all are switched off; the others may stay so for a while. */
  'exchange',
] as const

export interface RunOfScenario {
  readonly faults: readonly Fault[]
  readonly events: readonly Event[]
  /** Until the next run, milliseconds. */
  readonly delayMs: number
}

export interface Scenario {
  readonly seed: number
  readonly from: string
  readonly to: string
  /** How the new build behaves on each host; their number is the number of members. */
  readonly behaviours: readonly Behaviour[]
  readonly leader: number
  readonly startMs: number
  readonly crashAfterMs: number
  readonly soakMs: number
  readonly runs: readonly RunOfScenario[]
  /** Units have the guard that refuses to start etcd where its WAL is gone. */
  readonly guarded: boolean
}

export const QUIET: RunOfScenario = { faults: [], events: [], delayMs: 0 }

const behaviour = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Behaviour>('good') },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Behaviour>(
      ...(['no-start', 'crashes', 'lags', 'deaf', 'amnesia', 'other-version'] as const),
    ),
  },
)

/** A lone member without its WAL has lost everything at once, and no way of rolling it can help. */
const behaviourAlone = behaviour.filter((kind) => kind !== 'amnesia')

const fault: fc.Arbitrary<Fault> = fc.record({
  call: fc.integer({ min: 1, max: 120 }),
  kind: fc.constantFrom(
    ...(['lost-before', 'lost-after', 'slow', 'die-before', 'die-after', 'cancel'] as const),
  ),
})

const event: fc.Arbitrary<Event> = fc.record({
  atMs: fc.integer({ min: 0, max: 40_000 }),
  kind: fc.constantFrom(...EVENTS),
  host: fc.nat(4),
})

const run: fc.Arbitrary<RunOfScenario> = fc.record({
  faults: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(fault, { minLength: 1, maxLength: 3 }) },
  ),
  events: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(event, { minLength: 1, maxLength: 2 }) },
  ),
  delayMs: fc.integer({ min: 0, max: 100_000 }),
})

/** Any roll: patch, flags only, minor; 1, 3 or 5 members; good and bad builds; faults and other people in up to two runs. */
export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.nat(),
  from: fc.constant('3.5.30'),
  to: fc.constantFrom('3.5.30', '3.5.33', '3.6.14', '3.6.14'),
  behaviours: fc
    .constantFrom(1, 3, 3, 3, 5)
    .chain((size) => fc.array(size === 1 ? behaviourAlone : behaviour, { minLength: size, maxLength: size })),
  leader: fc.nat(4),
  startMs: fc.constantFrom(200, 1_000, 4_000),
  crashAfterMs: fc.constantFrom(200, 2_000, 8_000),
  soakMs: fc.constantFrom(0, 1_000, 3_000),
  runs: fc.array(run, { minLength: 1, maxLength: 2 }),
  guarded: fc.constant(true),
})

/**
 * The same of units without the guard, as others write them, where the disks of a quorum are exchanged when the first run begins. The
 * laws do not hold there, whatever the engine does: systemd alone founds an empty cluster.
 */
export const unguarded: fc.Arbitrary<Scenario> = fc.tuple(scenarios, fc.nat(4)).map(([scenario, host]) => {
  const exchange: Event = { kind: 'exchange', atMs: 0, host }
  const [first = QUIET, ...others] = scenario.runs
  return { ...scenario, guarded: false, runs: [{ ...first, events: [exchange] }, ...others, QUIET] }
})

/** Nothing goes wrong and nobody interferes. */
export const isUndisturbed = ({ behaviours, runs }: Scenario): boolean =>
  behaviours.every((each) => each === 'good') &&
  runs.every(({ faults, events }) => faults.length === 0 && events.length === 0)

export const buildOf = (scenario: Scenario, kind: Behaviour, id: string, version: string): Build => ({
  id,
  version: kind === 'other-version' ? '3.5.31' : version,
  behaviour: kind,
  startMs: scenario.startMs,
  crashAfterMs: scenario.crashAfterMs,
})

/** mulberry32: the same numbers for the same seed. */
export const randomFrom = (seed: number) => {
  let state = seed >>> 0
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
