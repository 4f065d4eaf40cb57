import { isGoFalse } from './go-bool.js'

/** What is said of a flag of the user's, where there is something to say. */
export interface FlagRule {
  /** `refused`: the run stops before any connection. `warned`: it goes on. */
  readonly verdict: 'refused' | 'warned'
  /** A clause that follows the flag. */
  readonly says: string
  /** The values that it is said of; absent: all of them. */
  readonly of?: (value: string) => boolean
  /** Whoever runs with it already is to be warned: it opens a member, or puts its data at risk. */
  readonly risk?: true
}

/** What Go takes for true and false (strconv.ParseBool); anything else etcd itself refuses. */
const isOn = (value: string): boolean => !isOff(value)
const isOff = (value: string): boolean => value === '' || isGoFalse(value)

const refused = (says: string, of?: FlagRule['of']): FlagRule => ({
  verdict: 'refused',
  says,
  ...(of && { of }),
})
const warned = (says: string, of?: FlagRule['of']): FlagRule => ({
  verdict: 'warned',
  says,
  ...(of && { of }),
})

const risky = (says: string, of?: FlagRule['of']): FlagRule => ({ ...refused(says, of), risk: true })

const PRINTS = refused('makes etcd print something and end, so that no member would ever start')
const AUTO_TLS =
  'belongs to certificates that etcd makes for itself and nobody can check: members have theirs from ca-cert and ca-key'
const CERTIFICATE_AUTH = [
  risky('lets whoever reaches the port read and write everything, without a certificate', isOff),
  refused('is set to true by this action already; leave it out'),
]
const OTHER_PAIR = refused(
  'names another certificate than the one that this action places, checks and renews in ca-dir',
)
const ANY_PEER = risky(
  'lets a certificate be used from any address: one that is stolen from a member would do for a member elsewhere',
  isOn,
)
const DISCOVERY = refused('has somebody else tell who the members are: hosts does, and nothing else')
const V2_PROXY = refused(
  'is for a proxy of the v2 API, which keeps no data: what this action deploys are members',
)
const FILE_LOG = refused(
  'is for logs in files: the log of a member goes to its journal, where this action reads it',
)
const OUTPUTS = refused(
  'takes the log out of the journal, where this action reads why a member failed; default, stderr, stdout and systemd/journal stay in it',
  (value) => !value.split(',').every((output) => /^(?:default|stderr|stdout|systemd\/journal)$/.test(output)),
)
const V2_API = warned(
  'serves the v2 API, which has users of its own, and which no release from 3.6 on has',
  isOn,
)
const DEBUG = warned('logs each request with its key, which fills the journal and shows what is stored')
const REVOKED = warned(
  'names a file that this action neither places nor renews: without it on every host, readable to service-user, each handshake fails',
  (value) => value !== '',
)
const NAMES_ALLOWED = warned(
  'has to fit the certificates of all members and clients, this action among them: else they refuse each other',
  (value) => value !== '',
)
const KEEPS_ALL = warned('keeps every file of the past until the disk is full', (value) => /^0+$/.test(value))
const TRACES = warned('sends traces of requests to a collector without TLS', isOn)
const LOCKED = warned('needs LimitMEMLOCK= in the unit, which this action does not set', isOn)

/** Flags with something to be said of, without dashes. Those that inputs own are in owned-flags.ts. */
const RULES: Readonly<Record<string, readonly FlagRule[]>> = {
  h: [PRINTS],
  help: [PRINTS],
  version: [PRINTS],
  'config-file': [refused('makes etcd read that file alone and none of its flags')],
  'force-new-cluster': [
    risky('throws the other members away at every restart', isOn),
    refused('would throw the other members away at every restart'),
  ],
  'unsafe-no-fsync': [risky('loses writes that were acknowledged when a host goes down', isOn)],
  'strict-reconfig-check': [risky('lets a change of members cost the quorum', isOff)],
  'client-cert-auth': CERTIFICATE_AUTH,
  'peer-client-cert-auth': CERTIFICATE_AUTH,
  'auto-tls': [risky(AUTO_TLS, isOn), refused(AUTO_TLS)],
  'peer-auto-tls': [risky(AUTO_TLS, isOn), refused(AUTO_TLS)],
  'self-signed-cert-validity': [refused(AUTO_TLS)],
  'client-cert-file': [OTHER_PAIR],
  'client-key-file': [OTHER_PAIR],
  'peer-client-cert-file': [OTHER_PAIR],
  'peer-client-key-file': [OTHER_PAIR],
  'peer-skip-client-san-verification': [ANY_PEER],
  'experimental-peer-skip-client-san-verification': [ANY_PEER],
  'listen-client-http-urls': [
    risky(
      'opens another way into all of etcd, without TLS where its URL begins with http, and takes the JSON gateway from client-port, where this action needs it',
    ),
  ],
  'listen-metrics-urls': [
    refused(
      'is always http://127.0.0.1:2381, where this action asks members how they are; use a proxy of your own to serve it elsewhere',
    ),
  ],
  discovery: [DISCOVERY],
  ...Object.fromEntries(
    'cacert cert dial-timeout endpoints fallback insecure-skip-tls-verify insecure-transport keepalive-time keepalive-timeout key password proxy request-timeout srv srv-name token user'
      .split(' ')
      .map((name) => [`discovery-${name}`, [DISCOVERY]]),
  ),
  proxy: [refused(V2_PROXY.says, (value) => value !== 'off')],
  'proxy-dial-timeout': [V2_PROXY],
  'proxy-failure-wait': [V2_PROXY],
  'proxy-read-timeout': [V2_PROXY],
  'proxy-refresh-interval': [V2_PROXY],
  'proxy-write-timeout': [V2_PROXY],
  'log-output': [OUTPUTS],
  'log-outputs': [OUTPUTS],
  'enable-log-rotation': [refused(FILE_LOG.says, isOn)],
  'log-rotation-config-json': [FILE_LOG],
  debug: [warned(DEBUG.says, isOn)],
  'log-level': [warned(DEBUG.says, (value) => value === 'debug')],
  'log-package-levels': [warned(DEBUG.says, (value) => /DEBUG|TRACE/i.test(value))],
  'enable-pprof': [
    warned('shows the memory and the command line of etcd to whoever holds a client certificate', isOn),
  ],
  cors: [
    warned(
      'lets web pages of these origins ask etcd with the certificate that a browser holds',
      (value) => value !== '',
    ),
  ],
  'host-whitelist': [
    warned('has no effect: etcd looks at the names that it is asked by where there is no TLS alone'),
  ],
  'auth-token': [
    warned(
      'makes tokens that a member forgets at its restart, so that clients with a password log in anew at each step of a roll; jwt does not',
      (value) => /^simple\b/.test(value),
    ),
  ],
  'bcrypt-cost': [
    warned('makes passwords cheap to guess (10 is what etcd does by itself)', (value) => Number(value) < 10),
  ],
  'cipher-suites': [
    warned('has suites that are known to be weak (RC4, 3DES, CBC, or a key exchange by RSA alone)', (value) =>
      /RC4|3DES|_CBC_|(?:^|,)TLS_RSA_/.test(value),
    ),
  ],
  'pre-vote': [warned('lets a member that comes back disturb the leader', isOff)],
  'socket-reuse-port': [
    warned('lets a second process of the same user take connections on the same ports', isOn),
  ],
  'client-crl-file': [REVOKED],
  'peer-crl-file': [REVOKED],
  'client-cert-allowed-hostname': [NAMES_ALLOWED],
  'peer-cert-allowed-cn': [NAMES_ALLOWED],
  'peer-cert-allowed-hostname': [NAMES_ALLOWED],
  'max-snapshots': [KEEPS_ALL],
  'max-wals': [KEEPS_ALL],
  'quota-backend-bytes': [
    warned('lets the database grow until the disk is full', (value) => /^-\d/.test(value)),
  ],
  'enable-v2': [V2_API],
  'experimental-enable-v2v3': [V2_API],
  'enable-distributed-tracing': [TRACES],
  'experimental-enable-distributed-tracing': [TRACES],
  'memory-mlock': [LOCKED],
  'experimental-memory-mlock': [LOCKED],
  'feature-gates': [
    warned('switches on all that is unfinished, now and in each later release', (value) =>
      /(?:^|,)All(?:Alpha|Beta)=(?:true|1|t)\b/i.test(value),
    ),
  ],
}

/** What is to be said of a flag, as far as its name goes; empty where nothing is. The name may be any text: it comes from users. */
export const rulesOf = (name: string): readonly FlagRule[] =>
  Object.hasOwn(RULES, name) ? (RULES[name] ?? []) : []

/** All names that have rules. */
export const RULED: readonly string[] = Object.keys(RULES)
