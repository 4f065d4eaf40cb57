import type { Desired } from '../../cluster/desired.js'
import type { Member } from '../../cluster/member.js'
import type { Observed } from '../../cluster/observed.js'
import { shown } from '../../etcd/settings/names.js'
import { proxyFor } from '../../etcd/settings/proxy.js'
import { processVariables, type Variable } from '../../etcd/settings/variables.js'
import { hostOf } from '../evidence.js'
import type { Finding } from '../plan.js'

/**
 * Other members that answer and to which this one tells that it has no live connection of its own; empty where it does not tell. Whether
 * those have one to it is their own to tell.
 */
export const unlinkedFrom = (desired: Desired, observed: Observed, member: Member): readonly Member[] => {
  const { peers } = hostOf(observed, member)
  if (peers === undefined || observed.cluster === undefined) return []
  const { members: listed, statuses } = observed.cluster
  const isUp = ({ name }: Member): boolean =>
    statuses?.some((status) => status.member === name) ??
    hostOf(observed, { ...member, name }).service.activeState === 'active'
  return desired.members.filter((other) => {
    const id = listed.find(({ name }) => name === other.name)?.id
    return other.name !== member.name && id !== undefined && isUp(other) && !peers.includes(id)
  })
}

/** The variable of its process that leads the connections of a member to one of these by way of a proxy; undefined where none does. */
const proxyOf = (observed: Observed, member: Member, others: readonly Member[]): Variable | undefined => {
  const { environment } = hostOf(observed, member)
  const variables = (environment && processVariables(environment)) ?? []
  return others.flatMap(({ address, peerUrl }) => {
    const port = Number(/:(\d+)$/.exec(peerUrl)?.[1])
    return proxyFor(variables, { address, port }) ?? []
  })[0]
}

/** Why a member has to be restarted to reach its peers: its process goes through a proxy, which its unit takes away. */
export const proxyReasons = (desired: Desired, observed: Observed, member: Member): readonly string[] => {
  if (desired.etcd.keepProxy) return []
  const cut = unlinkedFrom(desired, observed, member)
  const proxy = proxyOf(observed, member, cut)
  return proxy === undefined
    ? []
    : [`runs with ${shown(proxy)}, and has no live connection of its own to ${namesOf(cut)}`]
}

/** A proxy that did no harm yet: etcd keeps the connections it has, and makes new ones through it. */
export const proxyWarnings = (desired: Desired, observed: Observed, member: Member): readonly string[] => {
  if (proxyReasons(desired, observed, member).length > 0) return []
  const proxy = proxyOf(
    observed,
    member,
    desired.members.filter(({ name }) => name !== member.name),
  )
  if (proxy === undefined) return []
  const then = desired.etcd.keepProxy ? 'keep-proxy leaves it' : 'its next restart takes it away'
  return [
    `${member.name} runs with ${shown(proxy)}: connections to its peers are made through that proxy; ${then}`,
  ]
}

/**
 * Pairs of members without a live connection in one direction, which no restart is known to mend: while one of them is down the other may
 * be cut off from the leader. `mended`: members whose own restart is to mend it, to which one way is enough until then, and between two of which none is needed.
 */
export const linkFindings = (
  desired: Desired,
  observed: Observed,
  mended: readonly string[],
): readonly Finding[] => {
  const cut = new Map(desired.members.map((member) => [member.name, unlinkedFrom(desired, observed, member)]))
  const isCut = (from: string, to: string): boolean => cut.get(from)?.some(({ name }) => name === to) ?? false
  return desired.members.flatMap(({ name }) => {
    const others = (cut.get(name) ?? []).filter(
      (other) => !mended.includes(name) || (!mended.includes(other.name) && isCut(other.name, name)),
    )
    return others.length === 0
      ? []
      : [
          {
            member: name,
            problem: `has no live connection of its own to ${namesOf(others)}`,
            next: LINK_ADVICE,
          },
        ]
  })
}

const LINK_ADVICE =
  'look in its journal for "dial", and at firewalls and routes from it to their peer port and at a proxy in its environment'

const namesOf = (members: readonly Member[]): string => members.map(({ name }) => name).join(', ')
