/** What etcdctl left behind after it ran to its end; the same shape as a command's result over SSH. */
export interface EtcdctlResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs an etcdctl argv somewhere: on a host over SSH, or on the runner. Whoever implements it clears the environment of
 * ETCDCTL_* (a flag that is in the environment too is fatal to etcdctl), keeps stdout and stderr apart, and throws Failure
 * where it could not be run to its end within `timeoutMs`. A non-zero exit is a result.
 */
export type RunEtcdctl = (argv: readonly string[], timeoutMs: number) => Promise<EtcdctlResult>

/** One call of etcdctl as a value. */
export interface EtcdctlCommand {
  /** Program first, absolute. */
  readonly argv: readonly string[]
  /** Milliseconds for the whole process; longer than etcdctl's own limits, so that it can tell what went wrong. */
  readonly timeoutMs: number
}

/** How etcdctl reaches an endpoint. */
export interface EtcdctlAccess {
  /** Absolute path of etcdctl. */
  readonly etcdctl: string
  /** Client URL; several, parted by commas, where who reads the answers knows that one failure hides others. */
  readonly endpoint: string
  /** The three files: not looked at where the endpoint is `http://`, for which etcdctl would read them all the same. */
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
  /** etcdctl's `--command-timeout`, milliseconds; 5 s, its own default, where not given. */
  readonly commandTimeoutMs?: number
}

const COMMAND_TIMEOUT_MS = 5000
const DIAL_TIMEOUT_MS = 2000
/** For the process to start on a busy host, and to write its answer. */
const SLACK_MS = 5000

/** `endpoint health`: JSON array with a row for each endpoint, also where it is unhealthy (exit 1 then). */
export const endpointHealth = (access: EtcdctlAccess): EtcdctlCommand => command(access, 'endpoint', 'health')

/** `endpoint status`: JSON array with a row for each endpoint that did not fail. */
export const endpointStatus = (access: EtcdctlAccess): EtcdctlCommand => command(access, 'endpoint', 'status')

/** `member list`. */
export const memberList = (access: EtcdctlAccess): EtcdctlCommand => command(access, 'member', 'list')

/**
 * `endpoint status` in the name of a user that there is not, to tell whether authentication is switched on: etcd 3.4 has no
 * other way to ask, and etcdctl goes on without a login where it is off (client/v3/client.go getToken). Read by
 * `authenticationOf`. No secret: the name and the password are of nobody.
 */
export const statusAsStranger = (access: EtcdctlAccess): EtcdctlCommand =>
  command(access, '--user=etcd-deploy-nobody:nothing', 'endpoint', 'status')

/** A lease of `seconds`; parseLeaseGrant reads its id. */
export const leaseGrant = (access: EtcdctlAccess, seconds: number): EtcdctlCommand =>
  command(access, 'lease', 'grant', String(seconds))

/** Ends a lease and deletes its keys. `lease` in hex, as etcdctl takes ids. */
export const leaseRevoke = (access: EtcdctlAccess, lease: string): EtcdctlCommand =>
  command(access, 'lease', 'revoke', lease)

/** Writes a key that goes with its lease (hex). */
export const putLeased = (access: EtcdctlAccess, key: string, value: string, lease: string): EtcdctlCommand =>
  command(access, 'put', `--lease=${lease}`, '--', key, value)

const tlsFlags = ({ caFile, certFile, keyFile }: EtcdctlAccess): readonly string[] => [
  `--cacert=${caFile}`,
  `--cert=${certFile}`,
  `--key=${keyFile}`,
]

/** `endpoint hashkv` at a revision (decimal); "0": at the newest one that the member has. A scan of the whole keyspace. */
export const endpointHashKv = (access: EtcdctlAccess, revision: string): EtcdctlCommand =>
  command(access, 'endpoint', 'hashkv', `--rev=${revision}`)

/**
 * `move-leader`: the endpoint has to be the leader's and no other (etcdctl/ctlv3/command/move_leader_command.go gives up at the
 * first endpoint that does not answer). `target` in hex. The server waits 7 s for it at most (server config, ReqTimeout).
 */
export const moveLeader = (access: EtcdctlAccess, target: string): EtcdctlCommand =>
  command({ commandTimeoutMs: 8000, ...access }, 'move-leader', target)

/** `snapshot save`: of one endpoint, into a file that is not there yet; no time limit but the access's own. */
export const snapshotSave = (access: EtcdctlAccess, path: string): EtcdctlCommand =>
  command(access, 'snapshot', 'save', path)

const command = (access: EtcdctlAccess, ...words: readonly string[]): EtcdctlCommand => {
  const commandTimeoutMs = access.commandTimeoutMs ?? COMMAND_TIMEOUT_MS
  const argv = [
    access.etcdctl,
    `--endpoints=${access.endpoint}`,
    ...(access.endpoint.startsWith('http:') ? [] : tlsFlags(access)),
    `--command-timeout=${commandTimeoutMs}ms`,
    `--dial-timeout=${DIAL_TIMEOUT_MS}ms`,
    '--write-out=json',
    ...words,
  ]
  return { argv, timeoutMs: commandTimeoutMs + DIAL_TIMEOUT_MS + SLACK_MS }
}
