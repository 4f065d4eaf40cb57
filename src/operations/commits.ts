import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { EtcdctlAccess, RunEtcdctl } from '../etcd/etcdctl.js'
import { etcdctlOn } from '../host/etcdctl.js'
import { accessOf } from '../observe/cluster.js'
import { commitProbe, type CommitProbe } from '../observe/commit-probe.js'
import { issueClientCertificate } from '../pki/client-certificate.js'
import { commitLines } from '../report/lines.js'
import type { ForwardedTls } from '../ssh/forwarded-http.js'
import type { HostSession } from '../ssh/port.js'
import { memberAgent, waysTo } from './gateways.js'
import type { Run } from '../run/run.js'

/** Hours; the shortest there is, as the certificate lives for this run alone. */
const CERTIFICATE_HOURS = 1

/** Where `commit-probe` asks for it, writes real keys through every member that can be reached, and notes how long they took. */
export const probeCommits = async (run: Run, sessions: readonly HostSession[]): Promise<void> => {
  const { desired } = run.inputs
  if (desired.health.commitProbe === 0) return
  const tls = await clientTls(run)
  const targets = waysTo(desired, sessions).map(({ member, session }): Target => {
    const { name, clientUrl } = member
    const agent = tls && memberAgent(session, member, tls)
    const fallback = { run: etcdctlOn(session), access: accessOf(desired, clientUrl) }
    return { name, endpoint: clientUrl, agent, fallback }
  })
  await measure(run, targets)
}

export interface RunnerEtcdctl {
  readonly run: RunEtcdctl
  readonly accessTo: (endpoint: string) => EtcdctlAccess
}

/** The same straight from the runner, through every one of `endpoints`, with `client-cert`. */
export const probeCommitsFromRunner = async (run: Run, etcdctl: RunnerEtcdctl): Promise<void> => {
  const { desired, secrets } = run.inputs
  if (desired.health.commitProbe === 0) return
  const tls = { ca: desired.certificates.caPem, cert: secrets.clientCert, key: secrets.clientKey }
  const nameOf = (endpoint: string): string =>
    run.progress.verdict?.endpoints.find((seen) => seen.endpoint === endpoint)?.name ?? ''
  const targets = desired.endpoints.map((endpoint) => ({
    name: nameOf(endpoint),
    endpoint,
    agent: endpoint.startsWith('https:')
      ? new HttpsAgent({ keepAlive: true, ...tls })
      : new HttpAgent({ keepAlive: true }),
    fallback: { run: etcdctl.run, access: etcdctl.accessTo(endpoint) },
  }))
  await measure(run, targets)
}

type Target = Omit<CommitProbe, 'count'>

const measure = (run: Run, targets: readonly Target[]): Promise<void> =>
  run.part('Commit latency of every endpoint', async () => {
    const count = run.inputs.desired.health.commitProbe
    const latencies = []
    // One member after the other: side by side they would measure each other.
    for (const target of targets) {
      const latency = await commitProbe({ ...target, count, signal: run.signal })
      if (latency.method === 'etcdctl') {
        run.ci.info(
          `${target.name || target.endpoint}: measured with etcdctl, the start of its process included: ${latency.reason}`,
        )
      }
      latencies.push(latency)
    }
    run.progress.commitLatencies = latencies
    for (const line of commitLines(latencies)) run.ci.info(line)
  })

/** A client certificate for this run: made from the CA, else the one given; undefined where there is neither. */
export const clientTls = async ({
  inputs,
  startedAt,
  keepSecret,
}: Run): Promise<ForwardedTls | undefined> => {
  const { authority, secrets, desired } = inputs
  const ca = desired.certificates.caPem
  if (authority) {
    const { certificatePem, privateKeyPem } = await issueClientCertificate(authority, {
      hours: CERTIFICATE_HOURS,
      now: startedAt,
    })
    keepSecret(privateKeyPem())
    return { ca, cert: certificatePem, key: privateKeyPem() }
  }
  return secrets.clientKey === '' || ca === ''
    ? undefined
    : { ca, cert: secrets.clientCert, key: secrets.clientKey }
}
