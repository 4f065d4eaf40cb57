/** A flag that a minor no longer takes. etcd ends with status 2 on an unknown flag (etcd server/etcdmain/config.go parse). */
export interface RemovedFlag {
  /** Without dashes; a trailing `*` stands for the rest of the name. */
  readonly name: string
  /** Only this value is no longer taken; undefined: the flag itself. */
  readonly value?: string
  /** First minor without it. */
  readonly since: string
  /** What to write instead; empty where there is nothing. */
  readonly instead: string
}

/** From the flags that the releases of each minor register (etcd server/etcdmain/config.go, server/embed/config.go). */
export const REMOVED_FLAGS: readonly RemovedFlag[] = [
  { name: 'debug', since: '3.5', instead: '--log-level=debug' },
  { name: 'log-output', since: '3.5', instead: '--log-outputs' },
  { name: 'log-package-levels', since: '3.5', instead: '--log-level' },
  {
    name: 'experimental-backend-bbolt-freelist-type',
    since: '3.5',
    instead: '--backend-bbolt-freelist-type',
  },
  { name: 'next-cluster-version-compatible', since: '3.5', instead: '' },
  { name: 'logger', value: 'capnslog', since: '3.5', instead: '--logger=zap' },
  { name: 'enable-v2', since: '3.6', instead: '' },
  { name: 'experimental-enable-v2v3', since: '3.6', instead: '' },
  { name: 'proxy', since: '3.6', instead: 'etcd grpc-proxy, a process of its own' },
  { name: 'proxy-failure-wait', since: '3.6', instead: '' },
  { name: 'proxy-refresh-interval', since: '3.6', instead: '' },
  { name: 'proxy-dial-timeout', since: '3.6', instead: '' },
  { name: 'proxy-write-timeout', since: '3.6', instead: '' },
  { name: 'proxy-read-timeout', since: '3.6', instead: '' },
  { name: 'discovery-fallback', value: 'proxy', since: '3.6', instead: '--discovery-fallback=exit' },
  {
    name: 'experimental-initial-corrupt-check',
    since: '3.7',
    instead: '--feature-gates=InitialCorruptCheck=true',
  },
  {
    name: 'experimental-compact-hash-check-enabled',
    since: '3.7',
    instead: '--feature-gates=CompactHashCheck=true',
  },
  {
    name: 'experimental-stop-grpc-service-on-defrag',
    since: '3.7',
    instead: '--feature-gates=StopGRPCServiceOnDefrag=true',
  },
  {
    name: 'experimental-txn-mode-write-with-shared-buffer',
    since: '3.7',
    instead: '--feature-gates=TxnModeWriteWithSharedBuffer=true',
  },
  {
    name: 'experimental-enable-lease-checkpoint',
    since: '3.7',
    instead: '--feature-gates=LeaseCheckpoint=true',
  },
  {
    name: 'experimental-enable-lease-checkpoint-persist',
    since: '3.7',
    instead: '--feature-gates=LeaseCheckpointPersist=true',
  },
  // All others just lose their prefix, which they may do since 3.6.
  { name: 'experimental-*', since: '3.7', instead: '--*' },
  { name: 'discovery', since: '3.7', instead: '' },
  { name: 'discovery-proxy', since: '3.7', instead: '' },
  { name: 'max-snapshots', since: '3.8', instead: '' },
  { name: 'v2-deprecation', since: '3.8', instead: '' },
]

/** Flags that older minors do not take yet, by the first minor that does. */
export const ADDED_FLAGS: Readonly<Record<string, string>> = {
  'feature-gates': '3.6',
  'max-learners': '3.6',
  'peer-skip-client-san-verification': '3.6',
  'backend-bbolt-freelist-type': '3.5',
  'log-rotation-config-json': '3.5',
}
