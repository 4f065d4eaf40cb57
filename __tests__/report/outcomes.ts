import type { PhaseSpan, RollPhase } from '../../src/cluster/roll-phase.js'
import type { Plan } from '../../src/plan/plan.js'
import type { Outcome } from '../../src/report/outcome.js'
import { blockedPlan, bootstrapPlan, endpoint, outcome, rollPlan, sick, verdict } from './samples.js'

/** Members 1 to `count`, by name. */
const namesOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `etcd-192.168.1.${index + 1}`)

const GOOD: readonly (readonly [phase: RollPhase, ms: number])[] = [
  ['gate', 120],
  ['arm', 60],
  ['swap', 180],
  ['restart', 700],
  ['join', 1900],
  ['soak', 5100],
  ['confirm', 40],
  ['gate after', 130],
]

/** Phases one after the other, from 3 s on. */
export const spansOf = (members: readonly string[], failing?: string): readonly PhaseSpan[] => {
  let at = 3000
  const span = (member: string, phase: RollPhase, ms: number, ok = true): PhaseSpan => {
    const from = at
    at += ms
    const verdict = { ok, condition: ok ? '' : 'service runs', reason: ok ? '' : 'etcd exited' }
    return { member, phase, from, to: at, ok, verdict }
  }
  const spans = [span('', 'look', 90)]
  for (const member of members) {
    for (const [phase, ms] of GOOD) {
      if (member === failing && phase === 'soak')
        return [...spans, span(member, 'join', 3000, false), span(member, 'put back', 2500)]
      if (member !== failing || phase !== 'join') spans.push(span(member, phase, ms))
    }
  }
  return [...spans, span('', 'whole cluster', 400)]
}

const upgradeOf = (names: readonly string[]): Plan => ({
  ...rollPlan,
  summary: `upgrade ${names.length} members from 3.5.16 to 3.6.14`,
  steps: names.map((member) => ({
    ...{ kind: 'roll-member', member, parts: ['release', 'unit'], reason: 'runs 3.5.16' },
  })),
  upgrade: { from: names.map((member) => ({ member, version: '3.5.16' })), to: '3.6.14', minor: true },
})

const before = (names: readonly string[]) =>
  names.map((member, index) => ({ member, version: '3.5.16', storageVersion: '', isLeader: index === 1 }))

/** A roll of `count` members that went well. */
export const rolled = (count: number): Outcome => {
  const names = namesOf(count)
  const phases = spansOf(names)
  return outcome({
    changed: true,
    plan: upgradeOf(names),
    planDigest: 'ab12',
    before: before(names),
    roll: { rolled: names, reverted: undefined, untouched: [] },
    verdict: verdict({ endpoints: names.map((_, index) => endpoint(index + 1)) }),
    phases,
    timings: [
      { label: `Connect to ${count} hosts over SSH`, from: 100, ms: 300, ok: true },
      { label: `Roll ${count} members`, from: 3000, ms: phases.at(-1)!.to - 3000, ok: true },
    ],
    writeGap: {
      ...{ longestMs: 343.2, failed: 0, limitMs: 1000 },
      turns: names.map((name, index) => ({ name, ms: 40 + 50 * index })),
    },
    snapshot: { path: '/var/backups/etcd/a.db', member: 'etcd-2', sha256: 'ab12', revision: '812' },
  })
}

/** The second of three was put back. */
export const putBack = (): Outcome => {
  const [first = '', second = '', third = ''] = namesOf(3)
  const next = 'put right what is named here and run again: the next run goes on from here'
  return {
    ...rolled(3),
    healthy: false,
    verdict: undefined,
    phases: spansOf([first, second], second),
    roll: { rolled: [first], reverted: second, untouched: [third] },
    lastSeen: [first, second, third].map((member, index) => ({
      ...{ member, version: index === 0 ? '3.6.14' : '3.5.16', isLeader: index === 2 },
      ...{ ready: true, state: 'active/running' },
    })),
    failure: `${second}: it did not become healthy after its restart: etcd exited; it was put back; ${next}.`,
    next,
  }
}

/** One of every kind of run there is. */
export const OUTCOMES: Readonly<Record<string, Outcome>> = {
  'nothing to do': outcome(),
  'health that passed': outcome({ operation: 'health' }),
  'health that failed': outcome({
    ...{ operation: 'health', healthy: false },
    verdict: verdict({
      ...{ healthy: false, leader: '' },
      endpoints: [endpoint(1), sick(2, 'context deadline exceeded'), endpoint(3, { alarms: ['NOSPACE'] })],
      problems: ['etcd-192.168.1.2 is unhealthy: context deadline exceeded'],
    }),
    failure: 'the cluster is not healthy after 60.0 s: x; look at systemctl status.',
    next: 'look at systemctl status',
  }),
  'a bootstrap': outcome({ changed: true, plan: bootstrapPlan }),
  'a plan': outcome({
    operation: 'plan',
    healthy: false,
    verdict: undefined,
    plan: rollPlan,
    planDigest: 'ab',
  }),
  'a refusal': outcome({ healthy: false, verdict: undefined, plan: blockedPlan, failure: 'blocked.' }),
  'wrong inputs': outcome({ healthy: false, verdict: undefined, timings: [], failure: '2 wrong:\n- a\n- b' }),
  'a roll of 1': rolled(1),
  'a roll of 3': rolled(3),
  'a roll of 5': rolled(5),
  'a roll of 7': rolled(7),
  'a member put back': putBack(),
  'a cancelled roll': {
    ...putBack(),
    cancelled: true,
    failure: 'the run was cancelled: by SIGINT.',
    next: 'run',
  },
  'commit latencies': outcome({
    commitLatencies: [{ endpoint: 'https://192.168.1.1:2379', p50: 3, p99: 9, max: 12.54 }],
  }),
}
