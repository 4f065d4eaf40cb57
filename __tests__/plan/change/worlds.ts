import type { Desired } from '../../../src/cluster/desired.js'
import type { ClusterObserved, HostObserved, MemberStatus, Observed } from '../../../src/cluster/observed.js'
import { planChange } from '../../../src/plan/change/change.js'
import type { Plan, Step } from '../../../src/plan/plan.js'
import * as w from '../world.js'

export type Change = (host: HostObserved) => Partial<HostObserved>

/** What every member says of itself: the version asked for, led by the one with this index. */
export const statuses = (leader = 0, versions: readonly string[] = []): readonly MemberStatus[] =>
  w.names.map((member, index) => ({
    member,
    version: versions[index] ?? '3.6.14',
    storageVersion: '3.6.0',
    isLeader: index === leader,
  }))

export const cluster: ClusterObserved = { ...w.cluster, statuses: statuses() }

/** The converged world with some hosts changed, by their index. */
export const changed = (changes: Readonly<Record<number, Change>>, more: Partial<Observed> = {}): Observed =>
  w.world(
    w.convergedWorld.hosts.map((host, index) => ({ ...host, ...changes[index]?.(host) })),
    { cluster, ...more },
  )

export const planOf = (observed: Observed, desired: Desired = w.desired): Plan =>
  planChange(desired, observed, { now: w.now })

export const service =
  (change: Partial<HostObserved['service']>): Change =>
  (host) => ({ service: { ...host.service, ...change } })

/** The unit with one text replaced by another; throws where it does not hold it. */
export const unit =
  (from: string, to: string): Change =>
  (host) => {
    const before = host.service.unit!
    if (!before.text.includes(from)) throw new Error(`no ${from} in the unit`)
    return { service: { ...host.service, unit: { ...before, text: before.text.replace(from, () => to) } } }
  }

/** It runs another release, as its disk says too. */
export const runs =
  (version: string): Change =>
  (host) => ({
    binaries: {
      etcd: { sha256: version, version },
      etcdctl: { sha256: `ctl ${version}`, version },
      etcdutl: { sha256: `utl ${version}`, version: '' },
    },
    process: { ...host.process!, exeSha256: version },
  })

/** All members run these releases. */
export const running = (...versions: readonly string[]): Observed =>
  changed(Object.fromEntries(versions.map((version, index) => [index, runs(version)])), {
    cluster: { ...cluster, statuses: statuses(0, versions) },
  })

export const down: Change = (host) => ({
  service: { ...host.service, activeState: 'failed', subState: 'failed', mainPid: 0 },
  process: undefined,
})

/** `roll-member etcd-10.0.0.2 unit,process` */
export const shortly = (step: Step): string => {
  const where = step.kind === 'start-members' ? step.members.join(' ') : step.member
  return `${step.kind} ${where}${step.kind === 'roll-member' ? ` ${step.parts.join(',')}` : ''}`
}
