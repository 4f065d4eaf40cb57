import type { Desired, DesiredEtcd, Layout } from '../../src/cluster/desired.js'
import type { Member } from '../../src/cluster/member.js'

export interface DesiredChanges {
  readonly addresses?: readonly string[]
  readonly layout?: Partial<Layout>
  readonly etcd?: Partial<DesiredEtcd>
}

/** What the document asks for: three members, its paths, its ports; changed where a test says so. */
export const desiredOf = ({ addresses, layout, etcd }: DesiredChanges = {}): Desired => {
  const clientPort = etcd?.clientPort ?? 2379
  const peerPort = etcd?.peerPort ?? 2380
  const members = (addresses ?? ['192.168.1.1', '192.168.1.2', '192.168.1.3']).map((address): Member => {
    const host = address.includes(':') ? `[${address}]` : address
    return {
      name: `etcd-${address}`,
      address,
      clientUrl: `https://${host}:${clientPort}`,
      peerUrl: `https://${host}:${peerPort}`,
      ssh: { user: 'root', host: address, port: 22 },
    }
  })
  return {
    operation: 'deploy',
    members,
    endpoints: [],
    ssh: { knownHosts: '', hostKeyChecking: 'strict', jumps: [] },
    release: {
      version: '3.6.14',
      downloadBaseUrl: 'https://mirror.test/etcd',
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
      ...layout,
    },
    etcd: {
      clientPort,
      peerPort,
      clusterToken: 'etcd-cluster-0',
      clusterState: 'auto',
      localHttpListener: false,
      keepProxy: false,
      hardening: true,
      args: [],
      ...etcd,
    },
    certificates: {
      caPem: '',
      mode: 'per-member',
      subject: [['CN', 'etcd']],
      sans: [],
      key: 'rsa-2048',
      days: 3650,
      renewBeforeMs: 30 * 86_400_000,
    },
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
}
