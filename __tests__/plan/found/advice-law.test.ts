import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HostObserved, Observed } from '../../../src/cluster/observed.js'
import { makePlan } from '../../../src/plan/make-plan.js'
import * as w from '../world.js'
import { FOUND } from './cases.js'

/** What ends an etcd, or takes its data or its place in the cluster away; what is only forbidden is no advice. */
const DESTROYS =
  /\b(?:stop(?!ped)|kill|remove|delete|rm|wipe|erase|purge|empty (?:it|the)|move (?:it|the|them|aside)|rename|set aside|mask|disable|member (?:remove|add)|start anew)\b/i
const advises = (next: string): string => next.replace(/\bdo not (?:stop|remove|delete)\b/g, '')

/** Has been a member, and lives: what is told about such a host must not end it. */
const lives = (host: HostObserved, livesFound: boolean): boolean => host.process !== undefined || livesFound

const anyHost = (index: number) => {
  const member = w.members[index]!
  const builders = [w.bareHost, w.readyHost, w.waitingHost, w.runningHost]
  return fc
    .record({
      base: fc.constantFrom(...builders.map((builder) => builder(member))),
      found: fc.constantFrom(undefined, ...FOUND),
      hasMemberData: fc.boolean(),
      bootstrapMarker: fc.constantFrom(undefined, undefined, w.marker, w.otherMarker),
      activeState: fc.constantFrom('inactive', 'activating', 'active', 'failed'),
      argv: fc.constantFrom(
        undefined,
        ['etcd'],
        ['etcd', '--data-dir=/elsewhere'],
        ['etcd', '--data-dir=/srv/etcd', `--initial-advertise-peer-urls=${member.peerUrl}`],
      ),
      full: fc.boolean(),
    })
    .map(({ base, found, argv, activeState, full, ...facts }) => ({
      host: {
        ...base,
        ...facts,
        ...found?.found,
        service: { ...base.service, activeState },
        ...(base.process && argv ? { process: { ...base.process, argv } } : {}),
        dataDir: { ...base.dataDir, empty: !full && !facts.hasMemberData },
      } satisfies HostObserved,
      // What lives beside is in nobody's way, and what is advised is not about it.
      livesFound: found?.lives === true && found.says !== undefined,
    }))
}

const LAYOUTS = [
  w.desired,
  { ...w.desired, layout: { ...w.desired.layout, dataDir: '/data/etcd' } },
  { ...w.desired, layout: { ...w.desired.layout, walDir: '/wal' } },
  { ...w.desired, layout: { ...w.desired.layout, serviceName: 'etcd-two', serviceUser: 'other' } },
]

describe('law: no advice ends an etcd that lives', () => {
  it('whatever is on the hosts, and whatever is asked for', { timeout: 120_000 }, () => {
    let [seen, elsewhere] = [0, 0]
    fc.assert(
      fc.property(
        fc.tuple(anyHost(0), anyHost(1), anyHost(2)),
        fc.constantFrom(undefined, w.cluster),
        fc.constantFrom(...LAYOUTS),
        (all, cluster, desired) => {
          const observed: Observed = w.world(
            all.map(({ host }) => host),
            { cluster },
          )
          const plan = makePlan(desired, observed, { now: w.now })
          for (const { member, problem, next } of plan.findings) {
            const of = all.find(({ host }) => host.member === member)
            // It runs without its log: all that can be done is to bring what it holds to safety first.
            if (
              of === undefined ||
              !lives(of.host, of.livesFound) ||
              problem.includes('was deleted under it')
            )
              continue
            seen++
            if (of.livesFound) elsewhere++
            expect(advises(next), `${problem}\n${next}`).not.toMatch(DESTROYS)
          }
        },
      ),
      { numRuns: 800 },
    )
    expect(seen).toBeGreaterThan(200)
    expect(elsewhere).toBeGreaterThan(50)
  })

  it('says so of what used to be advised', () => {
    for (const text of [
      'stop that etcd and move the directory away',
      'stop and remove that etcd if nobody needs it, or choose another host',
      'is service-name right? else stop that etcd',
      'etcdctl member remove ID, etcdctl member add NAME',
      'empty it if nobody needs what is in it',
    ]) {
      expect(advises(text)).toMatch(DESTROYS)
    }
  })
})
