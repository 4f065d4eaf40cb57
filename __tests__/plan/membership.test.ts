import { describe, expect, it } from 'vitest'
import type { ClusterObserved } from '../../src/cluster/observed.js'
import { makePlan } from '../../src/plan/make-plan.js'
import * as w from './world.js'

describe('the member list', () => {
  const rows = w.cluster.members
  const change = (index: number, more: Partial<(typeof rows)[number]>): ClusterObserved['members'] =>
    rows.map((row, at) => (at === index ? { ...row, ...more } : row))
  const cases: readonly [
    name: string,
    members: ClusterObserved['members'],
    member: string,
    detail: string,
  ][] = [
    ['without a host', rows.slice(0, 2), 'etcd-10.0.0.3', 'is not a member of cluster cdf818194e3a8c32'],
    [
      'with another member',
      [...rows, { ...rows[0]!, id: 'ab', name: 'old', peerUrls: ['https://10.0.0.9:2380'] }],
      'old (ab)',
      'is in the member list but not in hosts',
    ],
    [
      'with one never started',
      [...rows, { ...rows[0]!, id: 'ab', name: '', peerUrls: ['https://10.0.0.9:2380'] }],
      'ab (https://10.0.0.9:2380, never started)',
      'not in hosts',
    ],
    ['with a learner', change(1, { isLearner: true }), 'etcd-10.0.0.2', 'is a learner'],
    ['with a host never started', change(1, { name: '' }), 'etcd-10.0.0.2', 'has never started'],
    [
      'with another peer URL',
      change(1, { peerUrls: ['https://10.9.9.9:2380'] }),
      'etcd-10.0.0.2',
      'with the peer URL https://10.9.9.9:2380, asked for https://10.0.0.2:2380',
    ],
    [
      'with another name',
      change(1, { name: 'infra1' }),
      'etcd-10.0.0.2',
      'is named infra1 in the member list',
    ],
  ]
  it.each(cases)('%s', (_, members, member, detail) => {
    const observed = { ...w.convergedWorld, cluster: { ...w.cluster, members } }
    const { kind, findings } = makePlan(w.desired, observed, { now: w.now })
    expect(kind).toBe('blocked')
    expect(findings).toEqual([
      { member, problem: expect.stringContaining(detail), next: expect.stringContaining('etcdctl member') },
    ])
  })
})
