import type { Desired, EtcdFlag } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import { certificatePaths, walFolder } from '../cluster/places.js'
import { Failure } from '../failure.js'
import { isGoFalse } from './go-bool.js'
import { keptBy, TOKEN, type TuningFlag } from './kept-flags.js'

export interface FlagOptions {
  /** Values of flags that stay as a unit has them, by name without dashes; absent: none. */
  readonly kept?: ReadonlyMap<string, string>
}

/** Where metrics and readiness are served without TLS: loopback, and from the first moment of a start. */
export const METRICS_URL = 'http://127.0.0.1:2381'

/** The document's tuning values, which `etcd-args` may replace. Whoever changes one puts the old one into its `before`. */
export const TUNING: readonly TuningFlag[] = [
  { name: 'snapshot-count', value: '50000' },
  { name: 'auto-compaction-retention', value: '1' },
  { name: 'auto-compaction-mode', value: 'periodic' },
  { name: 'max-request-bytes', value: '10485760' },
  { name: 'quota-backend-bytes', value: '8589934592' },
]

/**
 * etcd's flags for one member: the document's, in its order and with its values, then ours, then the user's own. Flags of
 * the user replace a tuning value in its place; of a flag given twice the last one counts, as in etcd itself.
 * Throws Failure where the inputs contradict each other.
 */
export const memberFlags = (
  desired: Desired,
  member: Member,
  options: FlagOptions = {},
): readonly EtcdFlag[] => {
  const { layout, etcd, members } = desired
  const { ca, certificate, key } = certificatePaths(layout)
  const args = new Map(etcd.args.map(({ name, value }) => [name, value]))
  const kept = new Map(keptBy(desired, member.name).map(({ name, value }) => [name, value]))
  const token = kept.get(TOKEN) ?? etcd.clusterToken
  const tuning = TUNING.map(({ name, value }) => ({ name, value: args.get(name) ?? kept.get(name) ?? value }))
  const tuned = new Set(TUNING.map(({ name }) => name))
  const flags = [
    { name: 'name', value: member.name },
    { name: 'cert-file', value: certificate },
    { name: 'key-file', value: key },
    { name: 'peer-cert-file', value: certificate },
    { name: 'peer-key-file', value: key },
    { name: 'trusted-ca-file', value: ca },
    { name: 'peer-trusted-ca-file', value: ca },
    { name: 'initial-advertise-peer-urls', value: member.peerUrl },
    { name: 'listen-peer-urls', value: listenUrl(member.peerUrl) },
    { name: 'listen-client-urls', value: listenClientUrls(desired, member) },
    { name: 'advertise-client-urls', value: member.clientUrl },
    ...(token === '' ? [] : [{ name: TOKEN, value: token }]),
    { name: 'initial-cluster', value: members.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(',') },
    { name: 'initial-cluster-state', value: 'new' },
    { name: 'data-dir', value: layout.dataDir },
    { name: 'wal-dir', value: walFolder(layout) },
    ...tuning,
    { name: 'client-cert-auth', value: 'true' },
    { name: 'peer-client-cert-auth', value: 'true' },
    { name: 'listen-metrics-urls', value: METRICS_URL },
    ...[...args].filter(([name]) => !tuned.has(name)).map(([name, value]) => ({ name, value })),
  ]
  return flags.map(({ name, value }) => ({ name, value: options.kept?.get(name) ?? value }))
}

const listenClientUrls = ({ etcd }: Desired, member: Member): string => {
  const url = listenUrl(member.clientUrl)
  if (!etcd.localHttpListener) return url
  if (url !== member.clientUrl) {
    throw new Failure({
      what: 'local-http-listener cannot be combined with a member that is addressed by a DNS name',
      where: member.name,
      why: `etcd then listens on every address of the host, and ${url} already takes 127.0.0.1:${etcd.clientPort}`,
      next: 'give that member by its IP address in hosts, or leave local-http-listener off',
    })
  }
  return `${url},http://127.0.0.1:${etcd.clientPort}`
}

/**
 * What to bind for an advertised URL. etcd refuses host names in listen URLs ("expected IP in URL for binding", embed/config.go
 * checkBindURLs); 0.0.0.0 makes Go listen on IPv4 and IPv6 alike.
 */
const listenUrl = (url: string): string => {
  const { hostname, port } = splitUrl(url)
  const isIp = hostname.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(hostname)
  return isIp || hostname === 'localhost' ? url : `https://0.0.0.0:${port}`
}

/** Not `new URL`: it drops a port that is the scheme's default, and the port has to stay. */
const splitUrl = (url: string): { hostname: string; port: string } => {
  const match = /^https:\/\/(\[[^\]]+\]|[^:/]+):(\d+)$/.exec(url)
  if (!match) throw new Error(`not a member URL: ${url}`)
  return { hostname: match[1] ?? '', port: match[2] ?? '' }
}

/** Is the JSON gateway to be switched off? It is on where nothing is said. */
export const gatewayIsOff = ({ etcd }: Pick<Desired, 'etcd'>): boolean =>
  isGoFalse(lastOf(etcd, 'enable-grpc-gateway')?.value ?? '')

/** Of flags given more than once the last one counts. */
const lastOf = ({ args }: Desired['etcd'], name: string) => args.findLast((flag) => flag.name === name)

/** The quota of the database that the members run with, bytes; undefined where it is no number. */
export const quotaOf = ({ etcd }: Pick<Desired, 'etcd'>): number | undefined => {
  const name = 'quota-backend-bytes'
  const kept = (etcd.kept ?? []).flatMap(({ flags }) => flags.filter((flag) => flag.name === name))
  const [least] = kept.map(({ value }) => Number(value)).sort((a, b) => a - b)
  const set = lastOf(etcd, name) ?? TUNING.find((flag) => flag.name === name)
  const bytes = lastOf(etcd, name) === undefined && least !== undefined ? least : Number(set?.value)
  // 0 stands for etcd's own default of 2 GiB (server/storage/quota.go).
  return Number.isFinite(bytes) && bytes >= 0 ? bytes || 2 * 1024 ** 3 : undefined
}
