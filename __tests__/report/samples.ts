import type { EndpointHealth, HealthVerdict } from '../../src/cluster/health.js'
import type { Plan } from '../../src/plan/plan.js'
import type { Outcome } from '../../src/report/outcome.js'

export const endpoint = (number: number, more: Partial<EndpointHealth> = {}): EndpointHealth => ({
  endpoint: `https://192.168.1.${number}:2379`,
  name: `etcd-192.168.1.${number}`,
  memberId: `8e9e05c52164694${number}`,
  healthy: true,
  took: `${number}.5ms`,
  tookMs: number + 0.5,
  isLeader: number === 1,
  isLearner: false,
  version: '3.6.14',
  dbSize: 20480,
  raftTerm: '2',
  raftIndex: '18446744073709551615',
  alarms: [],
  error: '',
  ...more,
})

export const sick = (number: number, error: string): EndpointHealth =>
  endpoint(number, { healthy: false, took: '', tookMs: undefined, version: '', memberId: '', error })

export const verdict = (more: Partial<HealthVerdict> = {}): HealthVerdict => ({
  healthy: true,
  endpoints: [endpoint(1), endpoint(2), endpoint(3)],
  problems: [],
  clusterId: 'cdf818194e3a8c32',
  leader: '8e9e05c521646941',
  version: '3.6.14',
  members: [
    {
      id: '8e9e05c521646941',
      name: 'etcd-192.168.1.1',
      peerUrls: ['https://192.168.1.1:2380'],
      clientUrls: [],
      isLearner: false,
    },
  ],
  ...more,
})

export const bootstrapPlan: Plan = {
  kind: 'bootstrap',
  summary: 'bootstrap 1 member with etcd 3.6.14',
  steps: [
    { kind: 'write-unit', member: 'etcd-192.168.1.1', reason: 'there is none' },
    { kind: 'start-members', members: ['etcd-192.168.1.1'], reason: 'all at once' },
  ],
  differences: [],
  findings: [],
}

export const rollPlan: Plan = {
  kind: 'roll',
  summary: 'change cluster abc: restart 1 of 3 members',
  steps: [
    { kind: 'renew-certificate', member: 'm2', reason: 'ends in 3 days' },
    { kind: 'stage', member: 'm1', reason: 'unit' },
    { kind: 'roll-member', member: 'm1', parts: ['unit'], reason: 'its unit differs: Restart: no -> always' },
  ],
  differences: [],
  findings: [],
  clusterId: 'abc',
  quorum: { voters: 3, quorum: 2, tolerance: 1, note: '3 voters, 1 down at a time, quorum 2 held' },
  files: [
    {
      member: 'm1',
      path: '/etc/systemd/system/etcd.service',
      before: 'aa',
      after: 'bb',
      diff: [' [Service]', '-Restart=no', '+Restart=always', ' ```'],
    },
  ],
  notes: ['clients with a certificate from CN=old are refused'],
}

export const blockedPlan: Plan = {
  kind: 'blocked',
  summary: 'existing cluster differs from what is asked',
  steps: [],
  differences: [{ member: 'etcd-192.168.1.1', what: 'version', detail: 'runs 3.5.16, asked for 3.6.14' }],
  findings: [{ member: 'etcd-192.168.1.2', problem: 'no systemd', next: 'choose another host' }],
}

export const outcome = (more: Partial<Outcome> = {}): Outcome => ({
  operation: 'deploy',
  healthy: true,
  changed: false,
  verdict: verdict(),
  timings: [
    { label: 'observe', from: 0, ms: 120, ok: true },
    { label: 'health', from: 120, ms: 1880, ok: true },
  ],
  commitLatencies: [],
  warnings: [],
  startedAt: '2026-08-20T10:00:00.000Z',
  ...more,
})
