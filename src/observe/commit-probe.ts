import { randomBytes } from 'node:crypto'
import type { Agent } from 'node:http'
import { describeEndpoint } from '../cluster/agreement.js'
import {
  leaseGrant,
  leaseRevoke,
  putLeased,
  type EtcdctlAccess,
  type EtcdctlCommand,
  type RunEtcdctl,
} from '../etcd/etcdctl.js'
import { answerOf } from '../etcd/outcome.js'
import { parseLeaseGrant } from '../etcd/responses.js'
import { Failure, sentenceOf, withoutStop } from '../failure.js'
import { gatewayWriter, type LeasedWriter } from './gateway-writer.js'
import { percentilesOf, type Percentiles } from './percentiles.js'

export interface CommitProbe {
  /** Client URL of the member to write through. */
  readonly endpoint: string
  /** Name of that member; empty where it is not known. */
  readonly name: string
  /** How many keys; at least 1. */
  readonly count: number
  /**
   * Makes the connections to the endpoint, with a client certificate, from the runner or through a host; the probe destroys it.
   * undefined: there is no client certificate on the runner.
   */
  readonly agent: Agent | undefined
  /** etcdctl with a client certificate of its own, for where there is no agent, no forwarding or no gateway. */
  readonly fallback: { readonly run: RunEtcdctl; readonly access: EtcdctlAccess }
  readonly signal?: AbortSignal | undefined
}

/** Latencies of real commits, milliseconds. */
export interface CommitLatencies extends Percentiles {
  readonly endpoint: string
  /** `gateway`: the write alone, over a kept connection. `etcdctl`: each with the start of a process and a new connection. */
  readonly method: 'gateway' | 'etcdctl'
  /** Why not the gateway, as a clause; empty where it was used. */
  readonly reason: string
}

/**
 * Writes `count` leased keys through one member, one after the other, and measures each as a client would see it. The keys go
 * with their lease at the end. Throws Failure where no lease is granted or a write fails; an abort rejects with the signal's reason.
 */
export const commitProbe = async (probe: CommitProbe): Promise<CommitLatencies> => {
  const { endpoint, agent, fallback } = probe
  const viaEtcdctl = async (reason: string): Promise<CommitLatencies> => {
    const writer = etcdctlWriter(fallback)
    const lease = await writer.grant(leaseSeconds(probe)).catch((error: unknown) => {
      throw writeFailure(probe, error)
    })
    return { endpoint, method: 'etcdctl', reason, ...(await write(probe, writer, lease)) }
  }
  if (!agent) return viaEtcdctl('there is no client certificate on the runner')

  try {
    const writer = gatewayWriter(agent, endpoint)
    const lease = await writer.grant(leaseSeconds(probe)).catch((error: unknown) => {
      return { unusable: sentenceOf(error) }
    })
    if (typeof lease !== 'string') return await viaEtcdctl(lease.unusable)
    return { endpoint, method: 'gateway', reason: '', ...(await write(probe, writer, lease)) }
  } finally {
    agent.destroy()
  }
}

/** The keys vanish by themselves should the run die; a slow disk must not see the lease end before the last write. */
const leaseSeconds = ({ count }: CommitProbe): number => 60 + Math.ceil(count / 2)

const write = async (probe: CommitProbe, writer: LeasedWriter, lease: string): Promise<Percentiles> => {
  const key = `etcd-deploy/probe/${randomBytes(8).toString('hex')}`
  const samples: number[] = []
  try {
    for (let index = 0; index < probe.count && !probe.signal?.aborted; index++) {
      const began = performance.now()
      await writer.put(`${key}/${index}`, 'x', lease)
      samples.push(performance.now() - began)
    }
  } catch (error) {
    throw writeFailure(probe, error)
  } finally {
    // Without it they go a minute later.
    await writer.revoke(lease).catch(() => undefined)
  }
  probe.signal?.throwIfAborted()
  return percentilesOf(samples)
}

/** Leased writes by etcdctl, a process and a connection each. */
export const etcdctlWriter = ({ run, access }: CommitProbe['fallback']): LeasedWriter => {
  const call = async <T>({ argv, timeoutMs }: EtcdctlCommand, read: (stdout: string) => T): Promise<T> => {
    const answer = answerOf(await run(argv, timeoutMs), read)
    if (!answer.ok) throw new Error(answer.reason)
    return answer.value
  }
  return {
    grant: (seconds) => call(leaseGrant(access, seconds), parseLeaseGrant),
    put: (key, value, lease) => call(putLeased(access, key, value, lease), () => undefined),
    revoke: (lease) => call(leaseRevoke(access, lease), () => undefined),
  }
}

const writeFailure = (probe: CommitProbe, cause: unknown): Failure =>
  new Failure({
    what: 'cannot write a key',
    where: describeEndpoint(probe),
    why: withoutStop(sentenceOf(cause)),
    state: 'the keys written so far vanish with their lease',
    next: 'look at the health of the cluster, its alarms and its disks',
    ...(probe.name === '' ? {} : { member: probe.name }),
    cause,
  })
