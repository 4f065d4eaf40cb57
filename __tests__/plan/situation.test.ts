import { describe, expect, it } from 'vitest'
import type { Desired } from '../../src/cluster/desired.js'
import type { Observed } from '../../src/cluster/observed.js'
import { makePlan } from '../../src/plan/make-plan.js'
import { blockedFailure } from '../../src/plan/blocked.js'
import { judgeSituation } from '../../src/plan/situation.js'
import * as w from './world.js'

const foreign = [{ pid: 99, unit: 'etcd3.service', argv: ['etcd', '--data-dir=/data/etcd3'] }]
/** Of the service itself, begun after it was asked for its main process. */
const newer = [{ pid: 98, unit: 'etcd.service', argv: ['etcd'] }]
const marked = w.but(w.readyHost, { bootstrapMarker: w.marker })
const stopped = w.but(w.butService(w.waitingHost, { activeState: 'failed', mainPid: 0 }), {
  process: undefined,
  listeners: [],
})
const member = w.but(stopped, { bootstrapMarker: undefined })
const startedOnce = w.but(w.runningHost, { bootstrapMarker: w.marker })
const elsewhere = w.but(w.runningHost, {
  hasMemberData: false,
  process: { pid: 4711, exeSha256: 'aa', argv: ['/opt/kube/bin/etcd', '--data-dir', '/data'] },
})
const oldUnit = w.butService(w.bareHost, {
  unit: { mode: '644', owner: 'root', text: '[Service]\nExecStart=/usr/bin/etcd --data-dir=/data\n' },
})
const hosts = w.hostsOf
const answering: Observed['links'] = [{ from: w.names[0]!, to: w.names[1]!, outcome: 'reached', reason: '' }]

describe('judgeSituation', () => {
  const cases: readonly [name: string, observed: Observed, kind: string][] = [
    ['nothing anywhere', w.freshWorld, 'fresh'],
    [
      'markers but no data: killed before the first start',
      w.world(hosts(marked, marked, w.bareHost)),
      'fresh',
    ],
    [
      'the marker of something else but no data',
      w.world(hosts(w.but(w.bareHost, { bootstrapMarker: w.otherMarker }))),
      'fresh',
    ],
    ['some started, all marked', w.world(hosts(w.waitingHost, marked, marked)), 'unfinished'],
    ['some stopped again, all marked', w.world(hosts(stopped, w.waitingHost, marked)), 'unfinished'],
    ['all started, none confirmed', w.world(hosts(startedOnce, startedOnce, startedOnce)), 'unfinished'],
    ['data everywhere, nobody answers', w.world(hosts(member, member, member)), 'existing'],
    ['a cluster that answers', w.convergedWorld, 'existing'],
    [
      'killed while markers were taken away',
      w.world(hosts(w.runningHost, startedOnce, startedOnce)),
      'existing',
    ],
    [
      'a cluster in another data directory',
      w.world(hosts(elsewhere, elsewhere, elsewhere), { cluster: w.cluster }),
      'existing',
    ],
    ['data on one host', w.world(hosts(member)), 'mixed'],
    ['a member that runs on one host', w.world(hosts(w.runningHost)), 'mixed'],
    [
      'a host that lost its data',
      w.world(hosts(w.runningHost, w.runningHost, w.readyHost), { cluster: w.cluster }),
      'mixed',
    ],
    ['another etcd', w.world(hosts(w.but(w.bareHost, { foreignEtcd: foreign }))), 'mixed'],
    ['an etcd in our unit and no marker', w.world(hosts(w.but(w.bareHost, { foreignEtcd: newer }))), 'mixed'],
    [
      'markers but no data yet: the first start goes on',
      w.world(hosts(marked, marked, w.but(marked, { foreignEtcd: newer }))),
      'fresh',
    ],
    ['our service with other data', w.world(hosts(elsewhere)), 'mixed'],
    ['a unit with other data', w.world(hosts(oldUnit)), 'mixed'],
    [
      'a process but no data and no marker',
      w.world(hosts(w.but(w.runningHost, { hasMemberData: false }))),
      'mixed',
    ],
    [
      'probes of our own that answered',
      { ...w.freshWorld, links: answering.map((link) => ({ ...link, outcome: 'probed' as const })) },
      'fresh',
    ],
    ['a peer port that answers', { ...w.freshWorld, links: answering }, 'mixed'],
    [
      'an unfinished bootstrap of other members',
      w.world(hosts(w.but(w.waitingHost, { bootstrapMarker: w.otherMarker }), marked, marked)),
      'mixed',
    ],
    [
      'data without a marker beside an unfinished bootstrap',
      w.world(hosts(member, w.waitingHost, marked)),
      'mixed',
    ],
    // The hosts without data may have lost it: they never had a marker, or the cluster was up before.
    [
      'data with a marker beside a host without one',
      w.world(hosts(w.waitingHost, marked, w.readyHost)),
      'mixed',
    ],
    [
      'a majority that lost its data, the rest still ready',
      w.world(hosts(startedOnce, marked, marked)),
      'mixed',
    ],
    [
      'a host without data that the cluster knows as started',
      w.world(hosts(startedOnce, startedOnce, marked), { cluster: w.cluster }),
      'mixed',
    ],
  ]
  it.each(cases)('%s', (_, observed, kind) => {
    expect(judgeSituation(w.desired, observed).kind).toBe(kind)
    if (kind === 'mixed') expect(makePlan(w.desired, observed, { now: w.now }).kind).toBe('blocked')
  })

  it('goes on with a majority that is up where the last member was never started', () => {
    const listed = w.cluster.members.map((row, index) =>
      index === 2 ? { ...row, name: '', clientUrls: [] } : row,
    )
    const observed = w.world(hosts(startedOnce, startedOnce, marked), {
      cluster: { ...w.cluster, members: listed },
    })
    expect(judgeSituation(w.desired, observed).kind).toBe('unfinished')
  })
})

describe('what a mixed situation says', () => {
  const sentence = (observed: Observed): string =>
    blockedFailure(makePlan(w.desired, observed, { now: w.now })).message

  it('names each host and what is on it', () => {
    const text = sentence(w.world(hosts(member, w.bareHost, w.but(w.bareHost, { foreignEtcd: foreign }))))
    expect(text).toContain('etcd-10.0.0.1: holds the data of an etcd member in /var/lib/etcd')
    expect(text).toContain('etcd-10.0.0.2: holds no data in /var/lib/etcd')
    expect(text).toContain(
      'etcd-10.0.0.3: runs another etcd (pid 99 in etcd3.service) with data in /data/etcd3',
    )
    expect(text).toContain('nothing was changed on any host')
  })

  it('tells a lost disk from a host of another cluster', () => {
    const others = { ...w.cluster, members: w.cluster.members.slice(0, 2) }
    const text = sentence(w.world(hosts(w.runningHost, w.readyHost, member), { cluster: others }))
    expect(text).toContain('etcd-10.0.0.2: holds no data in /var/lib/etcd, and is member 8e9e05c521646941 of')
    expect(text).toContain(
      'etcd-10.0.0.3: holds the data of an etcd member in /var/lib/etcd, and is not a member of',
    )
  })

  it('names the cluster of each host where there are several', () => {
    const elsewhere = [{ member: w.names[2]!, clusterId: 'abc' }]
    const observed = { ...w.convergedWorld, cluster: { ...w.cluster, elsewhere } }
    expect(judgeSituation(w.desired, observed).kind).toBe('mixed')
    const text = sentence(observed)
    expect(text).toContain('the hosts belong to several clusters')
    expect(text).toContain('and is member 8e9e05c521646940 of cluster cdf818194e3a8c32')
    expect(text).toContain(
      'etcd-10.0.0.3: holds the data of an etcd member in /var/lib/etcd, and is a member of cluster abc',
    )
  })

  it('says how to go on after an unfinished bootstrap that was asked for otherwise', () => {
    const text = sentence(w.world(hosts(w.but(w.waitingHost, { bootstrapMarker: w.otherMarker }))))
    expect(text).toContain('an unfinished bootstrap was asked for otherwise than this one')
    expect(text).toContain('initial-cluster=etcd-10.0.0.1=https://10.0.0.1:2380')
    expect(text).toContain('run once more with the hosts and cluster-token of then')
  })

  it('says where a peer port answers', () => {
    expect(sentence({ ...w.freshWorld, links: answering })).toContain(
      'etcd-10.0.0.2: runs no etcd, but https://10.0.0.2:2380 answers (asked from etcd-10.0.0.1)',
    )
  })
})

describe('cluster-state and expect-cluster-id', () => {
  const asked = (change: {
    clusterState?: Desired['etcd']['clusterState']
    expectClusterId?: string
  }): Desired => ({
    ...w.desired,
    etcd: { ...w.desired.etcd, clusterState: change.clusterState ?? 'auto' },
    health: { ...w.desired.health, expectClusterId: change.expectClusterId ?? '' },
  })
  const unfinished = w.world(hosts(w.waitingHost, marked, marked))
  const cases: readonly [
    name: string,
    desired: Desired,
    observed: Observed,
    kind: ReturnType<typeof makePlan>['kind'],
    says: string,
  ][] = [
    ['new on bare hosts', asked({ clusterState: 'new' }), w.freshWorld, 'bootstrap', 'bootstrap 3 members'],
    [
      'new goes on with its own',
      asked({ clusterState: 'new' }),
      unfinished,
      'bootstrap',
      'finish the bootstrap',
    ],
    [
      'new on a cluster',
      asked({ clusterState: 'new' }),
      w.convergedWorld,
      'blocked',
      'cluster-state is new, but',
    ],
    [
      'existing on bare hosts',
      asked({ clusterState: 'existing' }),
      w.freshWorld,
      'blocked',
      'but there is no cluster',
    ],
    [
      'existing, unfinished',
      asked({ clusterState: 'existing' }),
      unfinished,
      'blocked',
      'was never finished',
    ],
    [
      'existing on a cluster',
      asked({ clusterState: 'existing' }),
      w.convergedWorld,
      'none',
      'nothing to change',
    ],
    [
      'an id, no cluster',
      asked({ expectClusterId: 'abc' }),
      w.freshWorld,
      'blocked',
      'expect-cluster-id names cluster abc',
    ],
    ['another id', asked({ expectClusterId: 'abc' }), w.convergedWorld, 'blocked', 'another cluster'],
    [
      'the id',
      asked({ expectClusterId: w.cluster.clusterId }),
      w.convergedWorld,
      'none',
      'nothing to change',
    ],
  ]
  it.each(cases)('%s', (_, desired, observed, kind, says) => {
    const plan = makePlan(desired, observed, { now: w.now })
    expect(plan.kind).toBe(kind)
    expect(plan.summary).toContain(says)
  })
})
