const OWNERS: Readonly<Record<string, string>> = {
  name: 'hosts',
  'initial-advertise-peer-urls': 'hosts and peer-port',
  'listen-peer-urls': 'hosts and peer-port',
  'listen-client-urls': 'hosts, client-port and local-http-listener',
  'advertise-client-urls': 'hosts and client-port',
  'initial-cluster': 'hosts',
  'initial-cluster-token': 'cluster-token',
  'initial-cluster-state': 'cluster-state',
  'cert-file': 'ca-dir',
  'key-file': 'ca-dir',
  'peer-cert-file': 'ca-dir',
  'peer-key-file': 'ca-dir',
  'trusted-ca-file': 'ca-dir',
  'peer-trusted-ca-file': 'ca-dir',
  'data-dir': 'data-dir',
  'wal-dir': 'wal-dir',
}

/**
 * etcd flags that other inputs than `etcd-args` set, each with the input that owns it. Has no prototype: flags come from users.
 */
export const ownedFlags: Readonly<Record<string, string>> = Object.freeze(
  Object.assign(Object.create(null) as Record<string, string>, OWNERS),
)
