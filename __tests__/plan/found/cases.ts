import type {
  DormantEtcdFact,
  ForeignEtcdFact,
  FoundDataFact,
  HostObserved,
} from '../../../src/cluster/observed.js'

type Found = Partial<Pick<HostObserved, 'foreignEtcd' | 'dormantEtcd' | 'foundData'>>

const process = (argv: readonly string[], more: Partial<ForeignEtcdFact> = {}): Found => ({
  foreignEtcd: [{ pid: 99, unit: 'etcd-main.service', argv: ['/usr/local/bin/etcd', ...argv], ...more }],
})
const unit = (exec: string, more: Partial<DormantEtcdFact> = {}): Found => ({
  dormantEtcd: [
    {
      ...{ kind: 'unit', name: 'etcd-main.service', state: 'inactive', enabled: true, dataIn: [], argv: [] },
      unitText: `[Service]\nExecStart=${exec}\n`,
      ...more,
    },
  ],
})
const data = (dir: string, holder?: FoundDataFact['holder']): Found => ({
  foundData: [{ dir, ...(holder === undefined ? {} : { holder }) }],
})
/** As the cluster for events that kubespray sets up on the same hosts. */
export const EVENTS = [
  '--data-dir=/var/lib/etcd-events',
  '--initial-advertise-peer-urls=https://10.0.0.1:2382',
  '--listen-peer-urls=https://10.0.0.1:2382',
  '--listen-client-urls=https://10.0.0.1:2383,https://127.0.0.1:2383',
]
const AT_OURS = ['--data-dir=/srv/etcd', '--initial-advertise-peer-urls=https://10.0.0.1:2380']
const config = {
  path: '/etc/etcd/etcd.yml',
  settings: { 'data-dir': '/srv/etcd', 'initial-advertise-peer-urls': 'https://10.0.0.1:2380' },
}
const STATIC_POD: DormantEtcdFact = {
  ...{ kind: 'manifest', name: '/etc/kubernetes/manifests/etcd.yaml', state: '', enabled: true },
  ...{ dataIn: ['/var/lib/etcd-k8s'], argv: ['etcd', '--data-dir=/var/lib/etcd-k8s', AT_OURS[1]!] },
}

export interface FoundCase {
  readonly name: string
  readonly found: Found
  /** What is said of a host of the member 10.0.0.1 that holds nothing of ours; undefined: it lives beside. */
  readonly says: string | undefined
  readonly next: string
  /** Something of it runs, or has its data open. */
  readonly lives: boolean
}

const running = (name: string, found: Found, says: string | undefined, next = ''): FoundCase => ({
  ...{ name, found, says, next, lives: true },
})
const atRest = (name: string, found: Found, says: string | undefined, next = ''): FoundCase => ({
  ...{ name, found, says, next, lives: false },
})

/** What others leave on hosts, each as it was seen or is documented. */
export const FOUND: readonly FoundCase[] = [
  running(
    'our member in another unit',
    process(AT_OURS),
    'runs an etcd at its own address (pid 99 in etcd-main.service) with data in /srv/etcd',
    'leave it running: it is the member itself; set service-name to etcd-main, data-dir to /srv/etcd, and run operation plan',
  ),
  running(
    'our member by a file',
    process(['--config-file=/etc/etcd/etcd.yml'], { config }),
    'with data in /srv/etcd, by its file /etc/etcd/etcd.yml',
    'leave it running: it is the member itself, and this action takes over none that has its settings from a file',
  ),
  running(
    'our member with an IPv4 address and plain http',
    process(['--data-dir=/srv/etcd', '--listen-peer-urls=http://10.0.0.1:2380']),
    'runs an etcd at its own address',
    'leave it running',
  ),
  running(
    "kubeadm's static pod",
    {
      ...process(AT_OURS, { unit: '', container: 'kubepods/cri-containerd-abc.scope' }),
      dormantEtcd: [{ ...STATIC_POD, argv: ['etcd', ...AT_OURS] }],
    },
    'runs an etcd at its own address (pid 99 in the container kubepods/cri-containerd-abc.scope)',
    'leave it running: it is the member itself, and this action takes over none that runs in a container',
  ),
  running(
    'one that somebody started by hand',
    process(AT_OURS, { unit: 'cron.service', byHand: true }),
    '(pid 99, started by hand in cron.service)',
    'leave it running: it is the member itself, and this action looks after units alone',
  ),
  running(
    "Debian's package, which knows no address",
    process([], { unit: 'etcd2.service', variables: { ETCD_DATA_DIR: '/var/lib/etcd/default' } }),
    'runs another etcd (pid 99 in etcd2.service) with data in /var/lib/etcd/default',
    'leave it running; choose another data-dir',
  ),
  running(
    'one that has a port of ours',
    process([
      '--data-dir=/x',
      '--listen-client-urls=http://127.0.0.1:2379',
      '--listen-peer-urls=http://127.0.0.1:1',
    ]),
    'runs another etcd',
    'leave it running; choose another host, or another client-port and peer-port',
  ),
  running('the cluster for events', process(EVENTS, { unit: 'etcd-events.service' }), undefined),
  running(
    'one of other ports in a container',
    process(EVENTS, { unit: '', container: 'docker-abc.scope' }),
    undefined,
  ),
  atRest(
    'a stopped cluster by a file',
    unit('/usr/local/bin/etcd --config-file=/etc/etcd/etcd.yml', { config, dataIn: ['/srv/etcd'] }),
    'has the unit of an etcd at its own address (etcd-main.service, inactive) with data in /srv/etcd, which holds a member',
    'keep its data, which may be the only copy of what was written; if that is the cluster you mean, start it there (systemctl start etcd-main.service)',
  ),
  atRest(
    'a stopped cluster of other tools',
    unit(`/usr/bin/etcd ${AT_OURS.join(' ')}`, { state: 'failed', enabled: false, dataIn: ['/srv/etcd'] }),
    '(etcd-main.service, failed)',
    'set service-name to etcd-main, data-dir to /srv/etcd, and run operation plan',
  ),
  atRest(
    'a stopped package of a distribution, of which a shell tells',
    unit('/bin/bash -c "GOMAXPROCS=$(nproc) /usr/bin/etcd"', {
      variables: { ETCD_DATA_DIR: '/var/lib/etcd/default.etcd' },
      dataIn: ['/var/lib/etcd/default.etcd'],
    }),
    'has the unit of another etcd (etcd-main.service, inactive) with data in /var/lib/etcd/default.etcd',
    'keep its data',
  ),
  atRest(
    'a unit whose disk is not there',
    unit(`/usr/bin/etcd ${AT_OURS.join(' ')}`),
    'with data in /srv/etcd',
    'see first whether its disk is mounted',
  ),
  atRest(
    'a static pod while the kubelet is stopped',
    { dormantEtcd: [STATIC_POD] },
    'has the static pod of an etcd (/etc/kubernetes/manifests/etcd.yaml), which does not run now',
    'keep its data, which may be the only copy of what was written: the kubelet starts it again',
  ),
  atRest(
    'data that nothing tells of',
    data('/srv/etcd'),
    'holds the data of an etcd member in /srv/etcd',
    "keep its data, which may be the only copy of what was written; if they are this cluster's, set data-dir to /srv/etcd",
  ),
  {
    ...running(
      'data of k3s, which has it open',
      data('/var/lib/rancher/k3s/server/db/etcd', { pid: 7, command: 'k3s-server' }),
      "(k3s' or RKE2's), which k3s-server (pid 7) has open",
      'leave it running',
    ),
  },
  atRest('a package that was never started', unit('/usr/bin/etcd', { enabled: false }), undefined),
  atRest(
    'a stopped cluster for events',
    unit(`/usr/bin/etcd ${EVENTS.join(' ')}`, { dataIn: ['/var/lib/etcd-events'] }),
    undefined,
  ),
  atRest('a unit that only backs up', unit('/usr/bin/tar -cf /x.tar /var/lib/etcd'), undefined),
]
