import { describe, expect, it } from 'vitest'
import type { Member } from '../../src/cluster/member.js'
import type { HostObserved, Observed } from '../../src/cluster/observed.js'
import { blockedFailure } from '../../src/plan/blocked.js'
import { makePlan } from '../../src/plan/make-plan.js'
import { judgeSituation } from '../../src/plan/situation.js'
import { wantedUnit } from '../../src/plan/unit.js'
import * as w from './world.js'

const LOG = '/var/lib/etcd/member/wal'
const stopped = w.but(
  w.butService(w.runningHost, { activeState: 'inactive', subState: 'dead', mainPid: 0 }),
  { process: undefined, listeners: [] },
)
/** Its unit asks for a log, and there is none. */
const lost = w.but(stopped, { hasMemberData: false })
const refusedByHost = w.butService(lost, { startRefused: 'assert' })
const marked = w.but(lost, { bootstrapMarker: w.marker })
const unlinked = w.but(w.runningHost, { hasMemberData: false })
/** As an older deploy left it: nothing tells that there was a log. */
const unguarded = w.but(w.readyHost, {})
const elsewhere = (member: Member): HostObserved => {
  const host = lost(member)
  const text = wantedUnit(w.desired, member).replaceAll('/var/lib/etcd', '/data')
  return { ...host, service: { ...host.service, unit: { ...host.service.unit!, text } } }
}
const answers = { cluster: w.cluster }
const hosts = w.hostsOf
const sentence = (observed: Observed): string =>
  blockedFailure(makePlan(w.desired, observed, { now: w.now })).message

describe('hosts that have lost the data of their members', () => {
  const NONE =
    'the cluster was founded once, and no host holds data of it; no new one is founded in its place'
  const two = '2 of 3 hosts hold no data of their members, and the 1 that does is fewer than the quorum of 2'
  const one = '1 of 3 hosts holds no data of its member; the 2 that do are enough for the quorum of 2'
  const cases: readonly [name: string, observed: Observed, summary: string, says: readonly string[]][] = [
    [
      'all of them',
      w.world(hosts(lost, lost, lost)),
      NONE,
      [`etcd-10.0.0.1: has lost the log of its member, which was in ${LOG} (bring its disk back`],
    ],
    [
      'all, with the note of a bootstrap that was seen healthy',
      w.world(hosts(marked, marked, marked)),
      NONE,
      ['delete /etc/systemd/system/etcd.service on all hosts, and the next run founds an empty one'],
    ],
    [
      'all, one of them reinstalled',
      w.world(hosts(lost, w.bareHost, lost)),
      NONE,
      ['etcd-10.0.0.2: holds no'],
    ],
    [
      'a majority, the rest stopped',
      w.world(hosts(stopped, refusedByHost, lost)),
      two,
      [
        'etcd-10.0.0.1: holds the data of an etcd member in /var/lib/etcd (keep /var/lib/etcd as it is: it may be the only copy',
        `etcd-10.0.0.2: has lost the log of its member, which was in ${LOG}, and systemd refuses to start it without (bring`,
        'where too few disks come back, restore a snapshot on all hosts with etcdutl',
      ],
    ],
    [
      'a majority, the rest waits for it',
      w.world(hosts(w.but(w.waitingHost, { bootstrapMarker: undefined }), lost, lost)),
      two,
      ['no new cluster is founded in its place'],
    ],
    [
      'a majority, with the note on all',
      w.world(hosts(w.but(stopped, { bootstrapMarker: w.marker }), marked, marked)),
      two,
      ['(keep /var/lib/etcd as it is'],
    ],
    [
      'a majority of units that ask for no log',
      w.world(hosts(stopped, unguarded, unguarded)),
      two,
      ['etcd-10.0.0.2: holds no data in /var/lib/etcd (bring its disk back', 'where it never was a member'],
    ],
    [
      'one, while the others go on',
      w.world(hosts(w.runningHost, w.runningHost, lost), answers),
      one,
      [
        `etcd-10.0.0.3: has lost the log of its member, which was in ${LOG}, and is member 8e9e05c521646942 of cluster`,
        'etcdctl member remove 8e9e05c521646942, etcdctl member add etcd-10.0.0.3 --learner --peer-urls=https://10.0.0.3:2380',
        'etcd-10.0.0.1: holds the data of an etcd member in /var/lib/etcd, and is member 8e9e05c521646940 of cluster cdf818194e3a8c32 (nothing is to be done there)',
      ],
    ],
    [
      'one whose unit asks for no log, but which is in the member list',
      w.world(hosts(w.runningHost, w.runningHost, unguarded), answers),
      one,
      ['etcd-10.0.0.3: holds no data in /var/lib/etcd, and is member 8e9e05c521646942'],
    ],
    [
      'one under its own process',
      w.world(hosts(w.runningHost, w.runningHost, unlinked), answers),
      one,
      [
        `etcd-10.0.0.3: runs etcd.service (pid 4711), and its log in ${LOG} was deleted under it`,
        'take a snapshot of the cluster first',
      ],
    ],
    [
      'all under their own processes',
      w.world(hosts(unlinked, unlinked, unlinked), answers),
      NONE,
      ['do not stop it, as all that it holds ends with its process'],
    ],
  ]
  it.each(cases)('%s', (_, observed, summary, says) => {
    expect(judgeSituation(w.desired, observed).kind).toBe('mixed')
    const text = sentence(observed)
    expect(text.startsWith(summary)).toBe(true)
    for (const part of says) expect(text).toContain(part)
    expect(text).toContain('nothing was changed on any host')
  })

  it('are never told to stop a member that runs, nor to delete data', () => {
    for (const [, observed] of cases) {
      expect(sentence(observed)).not.toMatch(/stop (?:and remove )?that etcd|remove its data|rm -/)
    }
  })

  it.each([
    [
      'a new host beside a cluster',
      w.world(hosts(w.runningHost, w.runningHost, w.bareHost), {
        cluster: { ...w.cluster, members: w.cluster.members.slice(0, 2) },
      }),
      'some hosts hold etcd data and others do not belong to it',
    ],
    [
      'a unit that asks for a log elsewhere',
      w.world(hosts(elsewhere, elsewhere, elsewhere)),
      'another etcd is on the hosts',
    ],
  ])('not %s', (_, observed, summary) => {
    expect(sentence(observed).startsWith(summary)).toBe(true)
  })

  it('not hosts that were made ready and never started', () => {
    const ready = w.but(w.readyHost, { bootstrapMarker: w.marker })
    expect(judgeSituation(w.desired, w.world(hosts(ready, ready, w.bareHost))).kind).toBe('fresh')
    expect(judgeSituation(w.desired, w.world(hosts(w.waitingHost, ready, ready))).kind).toBe('unfinished')
  })
})

describe('an unfinished bootstrap that was about to be confirmed', () => {
  const confirmed = w.but(w.runningHost, { bootstrapMarker: w.marker })
  it.each([
    ['the unit asks for a log on one host', hosts(confirmed, w.waitingHost, w.waitingHost)],
    ['on all', hosts(confirmed, confirmed, confirmed)],
  ])('goes on where %s', (_, all) => {
    const plan = makePlan(w.desired, w.world(all), { now: w.now })
    expect(plan).toMatchObject({ kind: 'bootstrap', steps: [] })
  })

  it('goes on where it was confirmed on some hosts only', () => {
    const before = (member: Member): HostObserved => {
      const host = confirmed(member)
      const unit = w.readyHost(member).service.unit
      return { ...host, service: { ...host.service, unit } }
    }
    const plan = makePlan(w.desired, w.world(hosts(w.runningHost, before, before), answers), { now: w.now })
    expect(plan).toMatchObject({ kind: 'roll', summary: expect.stringContaining('without a restart') })
    expect(plan.steps.map((step) => step.kind)).toEqual(['correct-host', 'correct-host'])
  })
})
