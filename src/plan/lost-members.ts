import { clusterNamed } from '../cluster/named.js'
import type { Desired } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { MemberListed } from '../cluster/answers.js'
import type { Observed } from '../cluster/observed.js'
import { quorumOf } from '../cluster/quorum.js'
import { type Evidence, hostOf } from './evidence.js'
import { listedAt } from './membership.js'
import type { Finding } from './plan.js'
import { reseat } from './reseat.js'

/** What the hosts that still hold data are: none, fewer than the quorum, or a quorum. */
type Left = 'none' | 'minority' | 'quorum'

interface Host {
  readonly of: Evidence
  readonly member: Member
  readonly listed: MemberListed | undefined
  readonly lost: boolean
  /** A process of its service is there, which may be about to make its log. */
  readonly runs: boolean
}

/**
 * What is to be said where hosts have lost the data of their members: their units tell that there was a log, or the cluster that
 * answers has them as members, or there is none that would have them not. undefined where none has, or where hosts show other
 * things too.
 */
export const lostMembers = (
  desired: Desired,
  observed: Observed,
  evidence: readonly Evidence[],
): { readonly summary: string; readonly findings: readonly Finding[] } | undefined => {
  const { cluster } = observed
  const hosts = evidence.flatMap((of): readonly Host[] => {
    const member = desired.members.find(({ name }) => name === of.member)
    const listed = cluster && member && listedAt(cluster, member.peerUrl)
    const empty = of.kind === 'bare' || of.kind === 'marked'
    const gone = of.kind === 'lost' || of.kind === 'unlinked'
    if (member === undefined) return []
    const runs = hostOf(observed, member).process !== undefined
    return [
      { of, member, listed, runs, lost: gone || (empty && (cluster === undefined || listed !== undefined)) },
    ]
  })
  const lost = hosts.filter((host) => host.lost).length
  const held = hosts.filter(({ of }) => of.kind === 'member' || of.kind === 'started').length
  if (lost === 0 || lost + held < hosts.length) return undefined
  const quorum = quorumOf(hosts.length)
  const left: Left = held === 0 ? 'none' : held < quorum ? 'minority' : 'quorum'
  return {
    summary: SUMMARY[left](lost, held, quorum),
    findings: hosts.map((host) => ({
      member: host.of.member,
      problem: host.of.says + placeIn(cluster, host),
      next: host.lost ? adviceToLost(left, desired, host) : adviceToHolder(left, desired),
    })),
  }
}

const SUMMARY: Readonly<Record<Left, (lost: number, held: number, quorum: number) => string>> = {
  none: () =>
    'the cluster was founded once, and no host holds data of it; no new one is founded in its place',
  minority: (lost, held, quorum) =>
    `${ofAll(lost, held)}, and the ${held} that ${held === 1 ? 'does is' : 'do are'} fewer than the quorum of ${quorum}; no new cluster is founded in its place`,
  quorum: (lost, held, quorum) =>
    `${ofAll(lost, held)}; the ${held} that do are enough for the quorum of ${quorum}, and nothing is changed while one is missing`,
}

const ofAll = (lost: number, held: number): string =>
  `${lost} of ${lost + held} hosts ${lost === 1 ? 'holds' : 'hold'} no data of ${lost === 1 ? 'its member' : 'their members'}`

const placeIn = (cluster: Observed['cluster'], { listed }: Host): string => {
  if (cluster === undefined) return ''
  return listed === undefined
    ? `, and is not a member of ${clusterNamed(cluster.clusterId)}`
    : `, and is member ${listed.id} of ${clusterNamed(cluster.clusterId)}`
}

const adviceToLost = (left: Left, { layout }: Desired, { of, member, listed, runs }: Host): string => {
  const { serviceName } = layout
  const anew = reseat(layout, member, listed?.id)
  if (of.kind === 'unlinked') {
    return left === 'quorum'
      ? `take a snapshot of the cluster first (etcdctl snapshot save); then, while all others are healthy: ${anew}`
      : 'do not stop it, as all that it holds ends with its process: take a snapshot of it now (etcdctl snapshot save), and restore that on all hosts with etcdutl'
  }
  if (runs) return 'leave it running and look at its journal: it may be about to make its log; then run again'
  const mayBeNew = of.kind !== 'lost' && listed === undefined
  const back = `bring its disk back (is it mounted?) and run systemctl start ${serviceName} there${mayBeNew ? ', or leave it out of hosts where it never was a member' : ''}`
  if (left === 'none') {
    return `${back}; else restore a snapshot on all hosts with etcdutl; only where nothing of that cluster is needed any more, delete /etc/systemd/system/${serviceName}.service on all hosts, and the next run founds an empty one`
  }
  return left === 'minority'
    ? `${back}; where too few disks come back, restore a snapshot on all hosts with etcdutl: the newest there is, or a copy of member/snap/db of a host that still holds its data`
    : `${back}; where it is gone for good and all others are healthy: ${anew}`
}

const adviceToHolder = (left: Left, { layout }: Desired): string =>
  left === 'quorum'
    ? 'nothing is to be done there'
    : `keep ${layout.dataDir} as it is: it may be the only copy of what was written`
