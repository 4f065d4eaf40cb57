/** The inputs by the subject they belong to: the order of the README's tables. action.yml holds their defaults. */
export const INPUT_GROUPS = {
  'What to do, and where': ['operation', 'hosts', 'endpoints', 'allow-even-members', 'expect-cluster-id'],
  SSH: [
    'ssh-user',
    'ssh-port',
    'ssh-private-key',
    'ssh-passphrase',
    'ssh-known-hosts',
    'ssh-host-key-checking',
    'ssh-jump',
  ],
  Certificates: [
    'ca-cert',
    'ca-key',
    'client-cert',
    'client-key',
    'certificate-mode',
    'certificate-subject',
    'certificate-sans',
    'certificate-key',
    'certificate-days',
    'renew-before',
  ],
  Release: ['version', 'download-base-url', 'archive', 'archive-sha256'],
  'Layout on the hosts': [
    'bin-dir',
    'ca-dir',
    'data-dir',
    'wal-dir',
    'service-name',
    'service-user',
    'hardening',
  ],
  etcd: ['client-port', 'peer-port', 'cluster-token', 'cluster-state', 'local-http-listener', 'etcd-args'],
  Health: ['health-timeout', 'max-latency', 'commit-probe'],
} as const

export type InputName = (typeof INPUT_GROUPS)[keyof typeof INPUT_GROUPS][number]

/** Every input the action reads. */
export const INPUT_NAMES: readonly InputName[] = Object.values(INPUT_GROUPS).flat()

/** Inputs whose text is never shown, not even in part and not even when it is wrong. */
export const SECRET_INPUTS: ReadonlySet<InputName> = new Set<InputName>([
  'ssh-private-key',
  'ssh-passphrase',
  'ca-cert',
  'ca-key',
  'client-cert',
  'client-key',
])
