/** Owner of flags whose value the unit always sets itself, whatever the inputs say. */
export const FIXED = '(fixed)'

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
  'client-cert-auth': FIXED,
  'peer-client-cert-auth': FIXED,
  'listen-metrics-urls': FIXED,
  'auto-tls': FIXED,
  'peer-auto-tls': FIXED,
  // Reads all flags from a file and ignores the command line.
  'config-file': FIXED,
  // Would throw the other members away at every restart.
  'force-new-cluster': FIXED,
  // Bootstrap is by the static list of hosts.
  discovery: FIXED,
  'discovery-srv': FIXED,
  'discovery-endpoints': FIXED,
  'discovery-token': FIXED,
  // Print and exit.
  version: FIXED,
  help: FIXED,
}

/**
 * etcd flags that `etcd-args` must not set, each with the input that owns it, or FIXED where none does: our security
 * rests on the value, or the flag would put the rest of the command line, or the data, out of force. Has no prototype: flags come from users.
 */
export const ownedFlags: Readonly<Record<string, string>> = Object.freeze(
  Object.assign(Object.create(null) as Record<string, string>, OWNERS),
)
