import type { Desired } from '../../src/cluster/desired.js'
import type { Member } from '../../src/cluster/member.js'
import type { ClusterObserved, DirectoryFact, HostObserved, Observed } from '../../src/cluster/observed.js'
import { parseExecStart } from '../../src/etcd/parse-unit.js'
import { issueForMembers } from '../pki/issue-for-members.js'
import { bootstrapMarker } from '../../src/plan/marker.js'
import { foundingUnit, wantedUnit } from '../../src/plan/unit.js'
import { authorityOf, desiredCertificates, memberAt } from '../pki/members.js'
import { makeCa } from '../pki/openssl.js'

/** The runner's clock in these tests: a little ahead, so that what was just made is valid. */
export const now = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000)

export const members: readonly Member[] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map(memberAt)
export const names = members.map(({ name }) => name)

export const testCa = makeCa({ key: 'P-256', subject: '/CN=plan' })
export const otherCa = makeCa({ key: 'P-256', subject: '/CN=other' })
const certificates = desiredCertificates({ caPem: testCa.certPem })
const issued = await issueForMembers({
  authority: authorityOf(testCa, now),
  receivers: members,
  members,
  certificates,
  now,
})

export const desired: Desired = {
  operation: 'deploy',
  members,
  endpoints: [],
  ssh: { knownHosts: '', hostKeyChecking: 'strict', jumps: [] },
  release: {
    version: '3.6.14',
    downloadBaseUrl: 'https://mirror.example/etcd',
    archive: '',
    archiveSha256: '',
  },
  layout: {
    binDir: '/opt/kube/bin',
    caDir: '/etc/kubernetes/ssl',
    dataDir: '/var/lib/etcd',
    walDir: '',
    serviceName: 'etcd',
    serviceUser: 'etcd',
  },
  etcd: {
    clientPort: 2379,
    peerPort: 2380,
    clusterToken: 'etcd-cluster-0',
    clusterState: 'auto',
    localHttpListener: false,
    keepProxy: false,
    hardening: true,
    args: [],
  },
  certificates,
  health: { maxLatencyMs: undefined, timeoutMs: 60_000, commitProbe: 0, expectClusterId: '' },
  roll: {
    allowDowntime: false,
    soakMs: 5000,
    maxWriteGapMs: undefined,
    canary: true,
    beforeMember: '',
    afterMember: '',
  },
  snapshot: { when: 'auto', dir: '/var/backups/etcd', keep: 5, download: '' },
  expectPlan: '',
}

export const marker = bootstrapMarker(desired)
export const otherMarker = bootstrapMarker({ ...desired, members: members.slice(0, 1) })

const GIB = 1024 ** 3
const directory = (more: Partial<DirectoryFact> = {}): DirectoryFact => ({
  exists: true,
  empty: true,
  mode: '755',
  owner: 'root',
  writable: true,
  availableBytes: 20 * GIB,
  ...more,
})

/** A host that nothing was ever done to. */
export const bareHost = ({ name }: Member): HostObserved => ({
  member: name,
  init: 'systemd',
  machine: 'x86_64',
  clockSkewMs: 12,
  clockErrorMs: 5,
  service: {
    loadState: 'not-found',
    activeState: 'inactive',
    subState: 'dead',
    result: 'success',
    mainPid: 0,
    restarts: 0,
    unitFileState: '',
    needsReload: false,
    unit: undefined,
  },
  process: undefined,
  binaries: {},
  ca: undefined,
  certificate: undefined,
  key: undefined,
  dataDir: directory({ exists: false, mode: '', owner: '' }),
  hasMemberData: false,
  walDir: undefined,
  binDir: directory(),
  caDir: directory(),
  unitDir: directory(),
  tempDir: directory(),
  userExists: false,
  listeners: [],
  foreignEtcd: [],
  bootstrapMarker: undefined,
})

/** A host whose files are all in place, before its member is started. */
export const readyHost = (member: Member): HostObserved => ({
  ...bareHost(member),
  service: {
    ...bareHost(member).service,
    loadState: 'loaded',
    unitFileState: 'enabled',
    unit: { mode: '644', owner: 'root', text: foundingUnit(desired, member) },
  },
  binaries: {
    etcd: { sha256: 'aa', version: '3.6.14' },
    etcdctl: { sha256: 'bb', version: '3.6.14' },
    etcdutl: { sha256: 'cc', version: '' },
  },
  ca: { mode: '644', owner: 'root', text: testCa.certPem },
  certificate: { mode: '644', owner: 'root', text: issued.get(member.name)?.certificatePem ?? '' },
  key: { mode: '600', owner: 'etcd', text: '' },
  dataDir: directory({ mode: '700', owner: 'etcd' }),
  userExists: true,
})

/** A host whose member runs as asked for. */
export const runningHost = (member: Member): HostObserved => {
  const ready = readyHost(member)
  return {
    ...ready,
    service: {
      ...ready.service,
      ...{ activeState: 'active', subState: 'running', mainPid: 4711 },
      unit: { mode: '644', owner: 'root', text: wantedUnit(desired, member) },
    },
    process: { pid: 4711, exeSha256: 'aa', argv: parseExecStart(wantedUnit(desired, member)) ?? [] },
    dataDir: directory({ mode: '700', owner: 'etcd', empty: false }),
    hasMemberData: true,
    listeners: [2379, 2380, 2381].map((port) => ({ port, pid: 4711, command: 'etcd' })),
  }
}

/** A host whose member was started in a bootstrap and waits for the others. */
export const waitingHost = (member: Member): HostObserved => {
  const running = runningHost(member)
  return {
    ...running,
    service: {
      ...running.service,
      ...{ activeState: 'activating', subState: 'start', unit: readyHost(member).service.unit },
    },
    bootstrapMarker: marker,
  }
}

export const cluster: ClusterObserved = {
  clusterId: 'cdf818194e3a8c32',
  members: members.map(({ name, peerUrl, clientUrl }, index) => ({
    id: `8e9e05c52164694${index}`,
    name,
    peerUrls: [peerUrl],
    clientUrls: [clientUrl],
    isLearner: false,
  })),
}

/** One host after the other, each as its builder says. */
export const hostsOf = (
  ...builders: readonly ((member: Member) => HostObserved)[]
): readonly HostObserved[] => members.map((member, index) => (builders[index] ?? bareHost)(member))

export const world = (hosts: readonly HostObserved[], more: Partial<Observed> = {}): Observed => ({
  hosts,
  links: [],
  cluster: undefined,
  ...more,
})

export const freshWorld = world(hostsOf(bareHost, bareHost, bareHost))
export const convergedWorld = world(hostsOf(runningHost, runningHost, runningHost), { cluster })

/** The same builder with some facts changed. */
export const but =
  (builder: (member: Member) => HostObserved, change: Partial<HostObserved>) =>
  (member: Member): HostObserved => ({ ...builder(member), ...change })

/** The same builder with some facts of its service changed. */
export const butService =
  (builder: (member: Member) => HostObserved, change: Partial<HostObserved['service']>) =>
  (member: Member): HostObserved => {
    const host = builder(member)
    return { ...host, service: { ...host.service, ...change } }
  }
