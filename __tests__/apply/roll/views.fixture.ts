import type { StatusEntry } from '../../../src/cluster/answers.js'
import type { ClusterView, MemberView, RollTask } from '../../../src/apply/engine/port.js'

export const NAMES = ['a', 'b', 'c'] as const
export const idOf = (name: string): string => `${name}1`
export const IDS: ReadonlyMap<string, string> = new Map(NAMES.map((name) => [name, idOf(name)]))

export const statusOf = (name: string, changed: Partial<StatusEntry> = {}): StatusEntry => ({
  endpoint: `https://${name}:2379`,
  clusterId: 'c1',
  memberId: idOf(name),
  revision: '100',
  version: '3.5.30',
  dbSize: 1000,
  dbSizeInUse: 1000,
  dbSizeQuota: undefined,
  leader: 'a1',
  raftIndex: '500',
  raftAppliedIndex: '500',
  raftTerm: '2',
  isLearner: false,
  storageVersion: '',
  errors: [],
  ...changed,
})

export const memberOf = (name: string, changed: Partial<MemberView> = {}): MemberView => ({
  name,
  activeState: 'active',
  subState: 'running',
  restarts: 0,
  mainPid: 10,
  ready: true,
  status: statusOf(name),
  reason: '',
  armed: false,
  ...changed,
})

/** Three healthy members on 3.5.30, `a` leads; with those given in place of them. */
export const viewOf = (
  members: readonly MemberView[] = [],
  changed: Partial<ClusterView> = {},
): ClusterView => ({
  members: NAMES.map((name) => members.find((member) => member.name === name) ?? memberOf(name)),
  listed: NAMES.map((name) => ({
    id: idOf(name),
    name,
    peerUrls: [`https://${name}:2380`],
    clientUrls: [`https://${name}:2379`],
    isLearner: false,
  })),
  alarms: [],
  clusterVersion: '3.5.0',
  ...changed,
})

export const taskOf = (version: string, rolling: readonly string[] = NAMES): RollTask => ({
  members: NAMES.map((name) => ({ name, version, roll: rolling.includes(name) })),
  clusterId: 'c1',
  quotaBytes: undefined,
  minorUpgrade: false,
})
