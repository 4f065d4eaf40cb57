import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { HostObserved, Observed } from '../cluster/observed.js'
import { METRICS_URL } from '../etcd/flags.js'
import { readFacts } from '../host/facts.js'
import type { HostSession } from '../ssh/port.js'
import { observeAccess } from './access.js'
import { observeUpgrade } from './before-upgrade.js'
import { observeCluster, observeData } from './cluster.js'
import { observeLinks } from './links.js'
import { observeRefusedPair } from './refused-pair.js'
import { peersOf, settledPeers } from './settled-peers.js'
import { observeWire } from './wire.js'

/**
 * The world as it is: all hosts at once in one round trip each, then what their etcd says of the cluster. Whether the hosts
 * reach each other is tried only where one holds no data yet, as a bootstrap may follow; what only one upgrade needs to know, only
 * where that is asked for. Changes nothing.
 * Sessions in any order, one for each member of `desired`. Throws Failure where a host cannot be read.
 */
export const observe = async (desired: Desired, sessions: readonly HostSession[]): Promise<Observed> => {
  const { layout, etcd, snapshot } = desired
  const snapshotDir = snapshot.when === 'never' ? undefined : snapshot.dir
  const ports = [etcd.clientPort, etcd.peerPort, Number(new URL(METRICS_URL).port)]
  const hosts = await Promise.all(
    desired.members.map(async (member) => {
      const session = sessions.find((candidate) => candidate.member === member.name)
      if (!session) throw new Error(`there is no session for ${member.name}`)
      return { member, session, host: await readFacts(session, { layout, ports, snapshotDir }) }
    }),
  )
  const asking = observeCluster(desired, hosts)
  const comparing = asking.then(({ serving }) => observeData(desired, serving))
  const [{ cluster: told, silent }, { data }, refused, upgrade, links, wire, refusedPairs, peers] =
    await Promise.all([
      asking,
      comparing,
      comparing.then(({ granted }) => observeAccess(desired, hosts, granted)),
      asking.then((seen) => observeUpgrade(desired, hosts, seen.cluster)),
      hosts.every(({ host }) => host.hasMemberData) ? [] : observeLinks(desired, hosts),
      Promise.all(
        hosts.map(({ session, member, host }) =>
          host.process === undefined ? undefined : observeWire(session, wireOf(member, host)),
        ),
      ),
      Promise.all(hosts.map(({ session, host }) => observeRefusedPair(session, host, layout.serviceName))),
      Promise.all([asking, peersOf(hosts)]).then(([seen, first]) => settledPeers(hosts, seen.cluster, first)),
    ])
  const cluster = told && { ...told, ...data }
  return {
    hosts: hosts.map(({ host }, index) => ({
      ...host,
      ...(wire[index] ? { wire: wire[index] } : {}),
      ...(refusedPairs[index] === undefined ? {} : { pairRefused: refusedPairs[index] }),
      ...(peers[index] ? { peers: peers[index] } : {}),
    })),
    ...{ links, cluster },
    ...(silent.length > 0 ? { silent } : {}),
    ...(refused.length > 0 ? { refused } : {}),
    ...(upgrade === undefined ? {} : { upgrade }),
  }
}

/** A member serves its peers from its start, and clients once it has joined (etcd server/embed/etcd.go). */
const wireOf = ({ address, clientUrl, peerUrl }: Member, { service }: HostObserved) => ({
  address,
  clientUrl: service.activeState === 'active' ? clientUrl : peerUrl,
})
