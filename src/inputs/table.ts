/** Every input the action reads, in the order of action.yml, which holds their defaults. */
export const INPUT_NAMES = [
  'operation',
  'hosts',
  'endpoints',
  'allow-even-members',
  'expect-cluster-id',
  'ssh-user',
  'ssh-port',
  'ssh-private-key',
  'ssh-passphrase',
  'ssh-known-hosts',
  'ssh-host-key-checking',
  'ssh-jump',
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
  'version',
  'download-base-url',
  'archive',
  'archive-sha256',
  'bin-dir',
  'ca-dir',
  'data-dir',
  'wal-dir',
  'service-name',
  'service-user',
  'hardening',
  'client-port',
  'peer-port',
  'cluster-token',
  'cluster-state',
  'local-http-listener',
  'keep-proxy',
  'etcd-args',
  'health-timeout',
  'max-latency',
  'commit-probe',
  'allow-downtime',
  'soak',
  'max-write-gap',
  'canary',
  'before-member',
  'after-member',
  'expect-plan',
  'snapshot',
  'snapshot-dir',
  'snapshot-keep',
  'snapshot-download',
] as const

export type InputName = (typeof INPUT_NAMES)[number]

/** Inputs whose text is never shown, not even in part and not even when it is wrong. */
export const SECRET_INPUTS: ReadonlySet<InputName> = new Set<InputName>([
  'ssh-private-key',
  'ssh-passphrase',
  'ca-cert',
  'ca-key',
  'client-cert',
  'client-key',
])

/** Of these, the ones that are secrets: a certificate may be a text that nobody should have to see, but it is public. */
export const HIDDEN_INPUTS: ReadonlySet<InputName> = new Set(
  [...SECRET_INPUTS].filter((input) => !input.endsWith('-cert')),
)

/** Of the variables that hold inputs anywhere but on GitHub. */
export const VARIABLE_PREFIX = 'ETCD_DEPLOY_'

/** The variable of an input: `ssh-port` is `ETCD_DEPLOY_SSH_PORT`. */
export const variableOf = (name: string, prefix = VARIABLE_PREFIX): string =>
  `${prefix}${name.toUpperCase().replaceAll('-', '_')}`
