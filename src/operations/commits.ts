import type { Member } from '../cluster/member.js'
import { etcdctlOn } from '../host/etcdctl.js'
import { accessOf } from '../observe/cluster.js'
import { commitProbe } from '../observe/commit-probe.js'
import { issueClientCertificate } from '../pki/client-certificate.js'
import { commitLines } from '../report/lines.js'
import type { ForwardedTls } from '../ssh/forwarded-http.js'
import type { HostSession } from '../ssh/port.js'
import type { Run } from './run.js'

/** Hours; the shortest there is, as the certificate lives for this run alone. */
const CERTIFICATE_HOURS = 1

/** Where `commit-probe` asks for it, writes real keys through every member that can be reached, and notes how long they took. */
export const probeCommits = async (run: Run, sessions: readonly HostSession[]): Promise<void> => {
  const { desired } = run.inputs
  if (desired.health.commitProbe === 0) return
  await run.part('Commit latency of every endpoint', async () => {
    const tls = await clientTls(run)
    const latencies = []
    // One member after the other: side by side they would measure each other.
    for (const session of sessions) {
      const member = desired.members.find(({ name }) => name === session.member)
      if (member) latencies.push(await probeThrough(run, session, member, tls))
    }
    run.progress.commitLatencies = latencies
    for (const line of commitLines(latencies)) run.ci.info(line)
  })
}

const probeThrough = async (
  run: Run,
  session: HostSession,
  member: Member,
  tls: ForwardedTls | undefined,
) => {
  const { desired } = run.inputs
  const latency = await commitProbe({
    session,
    member,
    count: desired.health.commitProbe,
    tls,
    fallback: { run: etcdctlOn(session), access: accessOf(desired, member.clientUrl) },
  })
  if (latency.method === 'etcdctl') {
    run.ci.info(
      `${member.name}: measured with etcdctl on the host, process start included: ${latency.reason}`,
    )
  }
  return latency
}

/** A client certificate for this run: made from the CA, else the one given; undefined where there is neither. */
const clientTls = async ({ inputs, startedAt, keepSecret }: Run): Promise<ForwardedTls | undefined> => {
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
