import { startCanary, type Canary, type CanaryStart } from '../apply/canary.js'
import type { CanaryEndpoint } from '../apply/leased-key.js'
import { gatewayIsOff } from '../etcd/flags.js'
import { etcdctlOn } from '../host/etcdctl.js'
import { accessOf } from '../observe/cluster.js'
import { etcdctlWriter } from '../observe/commit-probe.js'
import { gatewayWriter } from '../observe/gateway-writer.js'
import type { ForwardedTls } from '../ssh/forwarded-http.js'
import type { HostSession } from '../ssh/port.js'
import { memberAgent, type Way, waysTo } from './gateways.js'
import type { Run } from '../run/run.js'

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
  tls: ForwardedTls | undefined,
): Promise<Canary | undefined> => {
  const members = waysTo(run.inputs.desired, sessions)
  if (members.length === 0) return undefined
  const first: CanaryStart = gatewayIsOff(run.inputs.desired)
    ? { kind: 'unusable', reason: 'the JSON gateway is to be switched off' }
    : await throughGateway(members, tls)
  if (first.kind !== 'unusable') return told(run, first)
  run.ci.info(
    `The canary writes with etcdctl on the hosts, ${1000 / BY_ETCDCTL.everyMs} times a second at most, so its gaps are coarse: ${first.reason}`,
  )
  return told(run, await throughEtcdctl(run, members))
}

const throughGateway = async (ways: readonly Way[], tls: ForwardedTls | undefined): Promise<CanaryStart> => {
  if (!tls) return { kind: 'unusable', reason: 'there is no client certificate on the runner' }
  const endpoints = ways.map(({ member, session }): CanaryEndpoint => {
    const agent = memberAgent(session, member, tls)
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
