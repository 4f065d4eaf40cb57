import { clusterNamed } from '../cluster/named.js'
import type { Desired } from '../cluster/desired.js'
import type { Observed } from '../cluster/observed.js'
import { quorumOf } from '../cluster/quorum.js'
import { atRest, type Evidence, evidenceOf, hostOf } from './evidence.js'
import { lostMembers } from './lost-members.js'
import { listedAt } from './membership.js'
import type { Finding } from './plan.js'

/**
 * What is there:
 * `fresh`: nothing. `unfinished`: a bootstrap of exactly this cluster that stopped somewhere. `existing`: a cluster.
 * `mixed`: hosts that do not fit together; nothing may be done, and the findings say what each of them shows.
 */
export type Situation =
  | { readonly kind: 'fresh' | 'unfinished' | 'existing'; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'mixed'; readonly summary: string; readonly findings: readonly Finding[] }

/** Decides what is there. A bootstrap can only follow from `fresh` and `unfinished`. */
export const judgeSituation = (desired: Desired, observed: Observed): Situation => {
  const evidence = desired.members.map((member) => evidenceOf(desired, observed, member))
  const every = (...kinds: readonly Evidence['kind'][]) => evidence.every(({ kind }) => kinds.includes(kind))
  const some = (kind: Evidence['kind']) => evidence.some((of) => of.kind === kind)
  const all = withThoseAtRest(desired, observed, evidence, ['bare', 'marked', 'lost'])

  if (observed.cluster?.elsewhere?.length) {
    return mixed('the hosts belong to several clusters', withCluster(desired, observed, all), ADVICE_SEVERAL)
  }
  // Not where there has never been a cluster, as far as can be told, or only the begin of one.
  const lost =
    every('bare', 'marked') || every('started', 'marked') ? undefined : lostMembers(desired, observed, all)
  if (lost !== undefined) return { kind: 'mixed', ...lost }
  if (every('bare', 'marked')) {
    if (observed.cluster !== undefined) return { kind: 'existing', evidence }
    // A host that is marked was looked at before it was.
    const found = withThoseAtRest(desired, observed, evidence, ['bare'])
    return found === evidence ? { kind: 'fresh', evidence } : mixed(ANOTHER, found, ADVICE_ANOTHER)
  }
  if (every('started', 'marked')) {
    const lost = lostData(desired, observed, evidence)
    return lost ?? { kind: 'unfinished', evidence }
  }
  if (every('member', 'started')) return { kind: 'existing', evidence }
  // The data directory that was asked for is not the one the members use: a difference like any other.
  if (every('bare', 'marked', 'foreign') && observed.cluster) return { kind: 'existing', evidence }
  if (some('other-bootstrap') && !some('member')) {
    return mixed('an unfinished bootstrap was asked for otherwise than this one', evidence, ADVICE_OTHER)
  }
  return some('member') || some('started') || some('other-bootstrap')
    ? mixed(
        'some hosts hold etcd data and others do not belong to it',
        withCluster(desired, observed, all),
        ADVICE,
      )
    : mixed(ANOTHER, all, ADVICE_ANOTHER)
}

const ANOTHER = 'another etcd is on the hosts'

/**
 * The same, with the etcds that do not run on hosts that show no data of ours: a cluster is founded, or an empty member seated, in their
 * place. Gives the same list where there is none.
 */
const withThoseAtRest = (
  desired: Desired,
  observed: Observed,
  evidence: readonly Evidence[],
  kinds: readonly Evidence['kind'][],
): readonly Evidence[] => {
  const found = evidence.map((of) => {
    const member = desired.members.find(({ name }) => name === of.member)
    const rest =
      member === undefined || !kinds.includes(of.kind) ? undefined : atRest(desired, observed, member)
    return rest === undefined ? of : { ...rest, says: `${of.says}; and ${rest.says}` }
  })
  return found.some((of, index) => of !== evidence[index]) ? found : evidence
}

/**
 * A marker says that a bootstrap was begun and not seen healthy; it does not say that the cluster never took a write. It
 * stays when a run dies between the moment the members found each other and the moment it would have taken it away. If
 * later a majority of the hosts lost their data, they would look as if they had never been started, and starting them
 * empty would give the majority to members that know nothing: every write that the minority still holds would be gone.
 * So where something shows that the members have once been a cluster, a host without data has lost it.
 */
const lostData = (
  desired: Desired,
  observed: Observed,
  evidence: readonly Evidence[],
): Situation | undefined => {
  const empty = evidence.filter(({ kind }) => kind === 'marked').map(({ member }) => member)
  const lost = desired.members.filter(({ name, peerUrl }) => {
    // A member publishes its client URLs through raft when it is up (etcd server/etcdserver/server.go publishV3).
    const listed = observed.cluster && listedAt(observed.cluster, peerUrl)
    return empty.includes(name) && listed !== undefined && listed.clientUrls.length > 0
  })
  const withData = desired.members.filter(({ name }) => !empty.includes(name))
  // Type=notify: a unit is active only once its member has had a quorum (etcd server/etcdmain/etcd.go).
  const wasReady = withData.some((member) => hostOf(observed, member).service.activeState === 'active')
  const minority = withData.length < quorumOf(desired.members.length)
  if (lost.length === 0 && !(wasReady && minority)) return undefined
  return mixed(
    'the members have been a cluster before, and some hosts have lost its data since',
    withCluster(desired, observed, evidence),
    ADVICE,
  )
}

type Advice = Readonly<Record<Evidence['kind'], string>>

/** What one host is told alone. None of it ends an etcd or takes its data away: whoever reads it may be wrong about what they are. */
const ADVICE: Advice = {
  bare: 'bring its data directory back, or leave it out of hosts',
  marked: 'bring its data directory back, or leave it out of hosts',
  lost: 'bring its disk back (is it mounted?)',
  unlinked:
    'do not stop it, as all that it holds ends with its process: take a snapshot of it now (etcdctl snapshot save)',
  started: 'keep its data: it may be the only copy of what was written',
  'other-bootstrap': 'keep its data until it is clear what it belongs to',
  member:
    'keep its data: it may be the only copy of what was written; give the hosts of one cluster alone, or choose another host',
  foreign: 'leave it as it is, and choose another host',
}

const ADVICE_ANOTHER: Advice = {
  ...ADVICE,
  bare: 'nothing is to be done there',
  marked: 'nothing is to be done there',
}

const ADVICE_OTHER: Advice = {
  ...ADVICE_ANOTHER,
  started: 'keep its data until it is clear whether that cluster was ever used',
  'other-bootstrap':
    'run once more with the hosts and cluster-token of then to finish it; to give it up, see "A bootstrap with other inputs" in docs/troubleshooting.md',
}

const ADVICE_SEVERAL: Advice = {
  ...ADVICE,
  started: 'give the hosts of one cluster alone',
  member: 'give the hosts of one cluster alone',
}

const mixed = (summary: string, evidence: readonly Evidence[], advice: Advice): Situation => ({
  kind: 'mixed',
  summary,
  findings: evidence.map(({ member, kind, says, next }) => ({
    ...{ member, problem: says, next: next ?? advice[kind] },
  })),
})

/** What the cluster that answers says of each host helps to tell a lost disk from a host of another cluster. */
const withCluster = (
  { members }: Desired,
  { cluster }: Observed,
  evidence: readonly Evidence[],
): readonly Evidence[] => {
  if (cluster === undefined) return evidence
  return evidence.map((of) => {
    const member = members.find(({ name }) => name === of.member)
    const listed = member && listedAt(cluster, member.peerUrl)
    const other = cluster.elsewhere?.find(({ member }) => member === of.member)
    if (other !== undefined)
      return { ...of, says: `${of.says}, and is a member of ${clusterNamed(other.clusterId)}` }
    const says = listed
      ? `is member ${listed.id} of ${clusterNamed(cluster.clusterId)}`
      : `is not a member of ${clusterNamed(cluster.clusterId)}`
    return { ...of, says: `${of.says}, and ${says}` }
  })
}
