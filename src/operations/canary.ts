import { startCanary, type Canary, type CanaryEndpoint, type CanaryStart } from '../apply/canary.js'
import type { Member } from '../cluster/member.js'
import { etcdctlOn } from '../host/etcdctl.js'
import { accessOf } from '../observe/cluster.js'
import { etcdctlWriter } from '../observe/commit-probe.js'
import { gatewayWriter } from '../observe/gateway.js'
import { forwardedAgent } from '../ssh/forwarded-http.js'
import type { HostSession } from '../ssh/port.js'
import { clientTls } from './commits.js'
import type { Run } from './run.js'

/** etcdctl starts a process on a host for each write: less often, and with more time. */
const BY_ETCDCTL = { everyMs: 500, tryMs: 5000 } as const
const ETCDCTL_TIMEOUT_MS = 2000

/**
 * Starts the canary of a roll, through every host of `sessions`; these have to work after a cancel too, so that its key can be
 * removed. Says how it writes; undefined, with a notice, where it may not or cannot write. Never rejects for that: it only watches.
 */
export const beginCanary = async (
  run: Run,
  sessions: readonly HostSession[],
): Promise<Canary | undefined> => {
  const members = sessions.flatMap((session) => {
    const member = run.inputs.desired.members.find(({ name }) => name === session.member)
    return member ? [{ member, session }] : []
  })
  if (members.length === 0) return undefined
  const first = await throughGateway(run, members)
  if (first.kind !== 'unusable') return told(run, first)
  run.ci.info(
    `The canary writes with etcdctl on the hosts, ${1000 / BY_ETCDCTL.everyMs} times a second at most, so its gaps are coarse: ${first.reason}`,
  )
  return told(run, await throughEtcdctl(run, members))
}

interface Way {
  readonly member: Member
  readonly session: HostSession
}

const throughGateway = async (run: Run, ways: readonly Way[]): Promise<CanaryStart> => {
  const tls = await clientTls(run)
  if (!tls) return { kind: 'unusable', reason: 'there is no client certificate on the runner' }
  const endpoints = ways.map(({ member, session }): CanaryEndpoint => {
    const agent = forwardedAgent(session, member.address, Number(new URL(member.clientUrl).port), tls)
    return {
      member: member.name,
      writer: gatewayWriter(agent, member.clientUrl),
      close: () => agent.destroy(),
    }
  })
  return startCanary({ endpoints })
}

const throughEtcdctl = (run: Run, ways: readonly Way[]): Promise<CanaryStart> => {
  const endpoints = ways.map(({ member, session }): CanaryEndpoint => {
    const access = accessOf(run.inputs.desired, member.clientUrl, ETCDCTL_TIMEOUT_MS)
    return {
      member: member.name,
      writer: etcdctlWriter({ run: etcdctlOn(session), access }),
      close: () => {},
    }
  })
  return startCanary({ endpoints, ...BY_ETCDCTL })
}

const told = (run: Run, start: CanaryStart): Canary | undefined => {
  if (start.kind === 'running') return start.canary
  run.ci.info(
    start.kind === 'denied'
      ? `No canary: authentication is on and does not let it write (${start.reason}), so the write gap is not measured.`
      : `No canary, so the write gap is not measured: ${start.reason}`,
  )
  return undefined
}
