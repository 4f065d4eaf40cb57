import { describe, expect, it } from 'vitest'
import type { ClusterAnswers, Expectations } from '../../src/cluster/answers.js'
import { judge } from '../../src/cluster/verdict.js'
import {
  CLUSTER,
  IDS,
  expected,
  failed,
  good,
  member,
  unhealthy,
  withAlarms,
  withEndpoint,
  withMembers,
  withStatus,
} from './answers.fixture.js'

interface Case {
  readonly title: string
  readonly answers: ClusterAnswers
  readonly problems: readonly (string | RegExp)[]
  readonly expectations?: Partial<Expectations>
}

const CASES: readonly Case[] = [
  {
    title: 'an endpoint that answers unhealthy',
    answers: withEndpoint(1, (answers) =>
      unhealthy(answers, 'context deadline exceeded', 'dial tcp 10.0.0.2:2379: connect: connection refused'),
    ),
    problems: [
      'etcd-10.0.0.2 (https://10.0.0.2:2379) is unhealthy: context deadline exceeded (dial tcp 10.0.0.2:2379: connect: connection refused)',
    ],
  },
  {
    title: 'an endpoint that could not be asked',
    answers: withEndpoint(2, (answers) => ({
      ...answers,
      health: failed('etcdctl: exit code 128'),
      status: failed('x'),
    })),
    problems: ['etcd-10.0.0.3 (https://10.0.0.3:2379) is unhealthy: etcdctl: exit code 128'],
  },
  {
    title: 'a healthy endpoint whose status cannot be read',
    answers: withEndpoint(2, (answers) => ({ ...answers, status: failed('context deadline exceeded') })),
    problems: [/etcd-10\.0\.0\.3 .* does not tell its status: context deadline exceeded$/],
  },
  {
    title: 'an endpoint that sees no leader',
    answers: withStatus(1, { leader: '' }),
    problems: [/etcd-10\.0\.0\.2 .* sees no leader$/],
  },
  {
    title: 'two leaders',
    answers: withStatus(2, { leader: IDS[2] }),
    problems: [/^the endpoints do not agree on a leader \(.*8e9e05c52164694d; .*fd422379fda50e48\)$/],
  },
  {
    title: 'two clusters',
    answers: withStatus(2, { clusterId: 'abc', leader: IDS[2], raftTerm: '3' }),
    problems: [/^the endpoints do not belong to one cluster/],
  },
  {
    title: 'two raft terms',
    answers: withStatus(2, { raftTerm: '3' }),
    problems: [/^the endpoints are not in one raft term \(.*: 2; .*: 3\)$/],
  },
  {
    title: 'another cluster than expected',
    answers: good,
    expectations: { clusterId: 'abc' },
    problems: [`this is cluster ${CLUSTER}, expected was cluster abc`],
  },
  {
    title: 'a leader nobody knows',
    answers: withMembers([member(1), member(2)]),
    expectations: { members: undefined },
    problems: [`the leader ${IDS[0]} is not in the member list`],
  },
  {
    title: 'a member missing',
    answers: withMembers([member(0), member(1)]),
    problems: ['member etcd-10.0.0.3 (https://10.0.0.3:2380) is not in the member list'],
  },
  {
    title: 'a member that is not expected',
    answers: withMembers([
      member(0),
      member(1),
      member(2),
      { ...member(2), id: 'aa', name: 'x', peerUrls: ['https://x:1'] },
    ]),
    problems: ['member x (aa) is in the member list but not expected'],
  },
  {
    title: 'a member that never started',
    answers: withMembers([member(0), member(1), { ...member(2), name: '', clientUrls: [] }]),
    problems: ['the member fd422379fda50e48 at https://10.0.0.3:2380 was added but has never started'],
  },
  {
    title: 'a learner',
    answers: withMembers([member(0), member(1), { ...member(2), isLearner: true }]),
    problems: ['member etcd-10.0.0.3 (fd422379fda50e48) is a learner, not a voter'],
  },
  {
    title: 'a member without client URLs',
    answers: withMembers([member(0), member(1), { ...member(2), clientUrls: [] }]),
    problems: ['member etcd-10.0.0.3 (fd422379fda50e48) advertises no client URL'],
  },
  {
    title: 'a member under another name',
    answers: withMembers([member(0), member(1), { ...member(2), name: 'old' }]),
    problems: ['the member at https://10.0.0.3:2380 is named old, expected was etcd-10.0.0.3'],
  },
  {
    title: 'a member with another peer URL',
    answers: withMembers([member(0), member(1), { ...member(2), peerUrls: ['https://10.9.9.9:2380'] }]),
    problems: [
      'member etcd-10.0.0.3 has the peer URL https://10.9.9.9:2380, expected was https://10.0.0.3:2380',
    ],
  },
  {
    title: 'an endpoint answered by another member',
    answers: withStatus(2, { memberId: IDS[1] }),
    problems: ['etcd-10.0.0.3 (https://10.0.0.3:2379) is answered by member etcd-10.0.0.2 (18e1b1602639adb)'],
  },
  {
    title: 'an alarm that 3.4 does not look at',
    answers: withAlarms({ memberId: IDS[1] ?? '', alarm: 'NOSPACE' }),
    problems: [
      'member etcd-10.0.0.2 has raised the alarm NOSPACE: its database has reached the quota and the cluster takes no writes',
    ],
  },
  {
    title: 'an alarm that endpoint health reports too (3.5 and later): said once',
    answers: {
      ...withAlarms({ memberId: IDS[1] ?? '', alarm: 'CORRUPT' }),
      endpoints: good.endpoints.map((answers) => ({
        ...unhealthy(answers, 'Active Alarm(s): CORRUPT '),
        status: answers.status,
      })),
    },
    problems: [
      'member etcd-10.0.0.2 has raised the alarm CORRUPT: its data differs from that of the other members',
    ],
  },
  {
    title: 'an alarm of no member, though every endpoint calls itself healthy',
    answers: withAlarms({ memberId: '', alarm: 'CORRUPT' }),
    problems: [
      'the cluster has raised the alarm CORRUPT: the data of its members differs, and etcd cannot tell whose is right',
    ],
  },
  {
    title: 'a member list that cannot be read',
    answers: { ...good, members: failed('etcdserver: request timed out') },
    problems: ['the member list could not be read: etcdserver: request timed out'],
  },
  {
    title: 'a slow endpoint',
    answers: good,
    expectations: { maxLatencyMs: 2 },
    problems: [0, 1, 2].map(() => /took 2\.210885ms, longer than the limit of 2ms$/),
  },
  {
    title: 'nobody answering: no more said than that',
    answers: {
      endpoints: good.endpoints.map((answers) => unhealthy(answers, 'context deadline exceeded')),
      members: failed('context deadline exceeded'),
      alarms: failed('context deadline exceeded'),
    },
    problems: [/10\.0\.0\.1 /, /10\.0\.0\.2 /, /10\.0\.0\.3 /],
  },
  {
    title: 'no endpoint at all',
    answers: { ...good, endpoints: [] },
    problems: ['there is no endpoint to check'],
  },
]

describe('a cluster with something wrong', () => {
  it.each(CASES)('$title', ({ answers, problems, expectations }) => {
    const verdict = judge(answers, { ...expected, ...expectations })
    expect(verdict.healthy).toBe(false)
    expect(verdict.problems).toEqual(
      problems.map((problem) => (typeof problem === 'string' ? problem : expect.stringMatching(problem))),
    )
  })
})
