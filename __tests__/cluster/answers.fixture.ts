import type {
  AlarmEntry,
  Answer,
  ClusterAnswers,
  EndpointAnswers,
  Expectations,
  MemberListReply,
  MemberListed,
} from '../../src/cluster/answers.js'

/** What three healthy members answer, and ways to spoil it. */
export const CLUSTER = 'cdf818194e3a8c32'
export const IDS = ['8e9e05c52164694d', '18e1b1602639adb', 'fd422379fda50e48']
export const urlOf = (i: number, port = 2379) => `https://10.0.0.${i + 1}:${port}`
export const nameOf = (i: number) => `etcd-10.0.0.${i + 1}`
export const ok = <T>(value: T): Answer<T> => ({ ok: true, value })
export const failed = (reason: string): Answer<never> => ({ ok: false, reason })

export const endpoint = (i: number): EndpointAnswers => ({
  endpoint: urlOf(i),
  name: nameOf(i),
  health: ok({
    endpoint: urlOf(i),
    healthy: true,
    took: '2.210885ms',
    tookMs: 2.210885,
    error: '',
    cause: '',
  }),
  status: ok({
    endpoint: urlOf(i),
    clusterId: CLUSTER,
    memberId: IDS[i] ?? '',
    revision: '7',
    version: '3.6.14',
    dbSize: 20480,
    dbSizeInUse: 16384,
    dbSizeQuota: 8589934592,
    leader: IDS[0] ?? '',
    raftIndex: '9',
    raftAppliedIndex: '9',
    raftTerm: '2',
    isLearner: false,
    storageVersion: '3.6.0',
    errors: [],
  }),
})
export const member = (i: number): MemberListed => ({
  id: IDS[i] ?? '',
  name: nameOf(i),
  peerUrls: [urlOf(i, 2380)],
  clientUrls: [urlOf(i)],
  isLearner: false,
})
export const good: ClusterAnswers = {
  endpoints: [0, 1, 2].map(endpoint),
  members: ok({ clusterId: CLUSTER, memberId: IDS[0] ?? '', members: [0, 1, 2].map(member) }),
  alarms: ok([]),
}
export const expected: Expectations = {
  members: [0, 1, 2].map((i) => ({ name: nameOf(i), peerUrl: urlOf(i, 2380) })),
  maxLatencyMs: undefined,
  clusterId: '',
}

export const withEndpoint = (
  i: number,
  change: (answers: EndpointAnswers) => EndpointAnswers,
): ClusterAnswers => ({
  ...good,
  endpoints: good.endpoints.map((answers, at) => (at === i ? change(answers) : answers)),
})
export const withStatus = (i: number, fields: object): ClusterAnswers =>
  withEndpoint(i, (answers) => ({
    ...answers,
    status: answers.status.ok ? ok({ ...answers.status.value, ...fields }) : answers.status,
  }))
export const withMembers = (members: readonly MemberListed[]): ClusterAnswers => ({
  ...good,
  members: ok<MemberListReply>({ clusterId: CLUSTER, memberId: '', members }),
})
export const withAlarms = (...alarms: AlarmEntry[]): ClusterAnswers => ({ ...good, alarms: ok(alarms) })
export const unhealthy = (answers: EndpointAnswers, error: string, cause = ''): EndpointAnswers => ({
  ...answers,
  health: ok({ endpoint: answers.endpoint, healthy: false, took: '5.0s', tookMs: 5000, error, cause }),
  status: failed('Failed to get the status of endpoint'),
})
