import { isNearQuota } from '../../cluster/quota.js'
import { quorumOf } from '../../cluster/quorum.js'
import { CLUSTER_CONDITIONS, type ClusterCondition } from '../../cluster/roll-phase.js'
import { minorOf } from '../../cluster/version.js'
import { judgeMember, PASSED, type Verdict } from './judge-member.js'
import { judgeLinks } from './judge-links.js'
import type { ClusterView, RollTask } from './port.js'

/** What the cluster has to be, besides one member or some that are known to be unhealthy. */
export interface ClusterWant {
  readonly task: RollTask
  /** Member ids by name, as before the roll. */
  readonly ids: ReadonlyMap<string, string>
  /** Names of members that are as asked already: they have to serve their version. */
  readonly done: readonly string[]
  /** Names of members that are not looked at: the one in hand, and those already known to be unhealthy. */
  readonly except: readonly string[]
  /** The leader's raft index at an earlier look. */
  readonly index?: string | undefined
}

const THE_CLUSTER = 'the cluster'

/**
 * Is everything but the members in `except` healthy, and the cluster what it was before: same members, all started voters, no
 * alarm, room in the database, one leader for all that answer, nobody else's timer armed?
 */
export const judgeCluster = (view: ClusterView, want: ClusterWant): Verdict => {
  if (isHelpless(view, want)) return PASSED
  for (const condition of CLUSTER_CONDITIONS) {
    const verdict = JUDGES[condition](view, want)
    if (!verdict.ok) return { ...verdict, condition }
  }
  return PASSED
}

/** Without a quorum nobody tells the list, the alarms or a leader: then a member that is down may be repaired all the same. */
const isHelpless = ({ listed }: ClusterView, { task, except }: ClusterWant): boolean => {
  const voters = task.members.length
  return listed === undefined && voters - new Set(except).size < quorumOf(voters)
}

const waiting = (reason: string, member = THE_CLUSTER): Verdict => ({
  ok: false,
  reason,
  member,
  final: false,
})
const lost = (reason: string, member = THE_CLUSTER): Verdict => ({ ok: false, reason, member, final: true })

const membership = ({ listed }: ClusterView, { ids, task }: ClusterWant): Verdict => {
  if (!listed) return waiting('no healthy member tells the member list')
  const isKnown = (name: string, id: string) =>
    task.members.some((member) => member.name === name) && (ids.get(name) ?? id) === id
  for (const { name, id, isLearner, peerUrls, clientUrls } of listed) {
    if (name === '') return lost(`the member ${id} at ${peerUrls.join(', ')} was added but has never started`)
    if (isLearner) return lost(`member ${name} is a learner, not a voter`)
    if (!isKnown(name, id)) return lost(`member ${name} (${id}) was not in the member list before the roll`)
    // A member publishes its client URLs when it is up (etcd server/etcdserver/server.go, publishV3). Members that lost their disks may
    // have founded the cluster once more, with the same ids: whoever holds data of the life before must not be started into it.
    if (clientUrls.length === 0) {
      return lost(
        'it has never been up in the cluster that answers (no client URL in the member list), so what it holds is of an earlier life of it',
        name,
      )
    }
  }
  const missing = task.members.find(({ name }) => !listed.some((row) => row.name === name))
  return missing ? lost('it is no longer in the member list', missing.name) : PASSED
}

const health = (view: ClusterView, { task, ids, done, except, index }: ClusterWant): Verdict => {
  for (const { name, version } of task.members) {
    if (except.includes(name)) continue
    const asked = done.includes(name) ? version : undefined
    const want = { name, clusterId: task.clusterId, memberId: ids.get(name), version: asked, index }
    const verdict = judgeMember(view, want)
    if (!verdict.ok) return verdict
  }
  return PASSED
}

const leadership = ({ members, listed }: ClusterView): Verdict => {
  const answered = members.flatMap(({ status }) => (status ? [status] : []))
  const leaders = new Set(answered.map(({ leader }) => leader).filter((leader) => leader !== ''))
  const [leader] = leaders
  if (leader === undefined) return waiting('no member sees a leader')
  if (leaders.size > 1) return waiting(`members do not agree on a leader (${[...leaders].join(', ')})`)
  return listed?.some(({ id }) => id === leader)
    ? PASSED
    : waiting(`the leader ${leader} is not in the member list`)
}

const alarms = ({ alarms, members }: ClusterView): Verdict => {
  if (!alarms) return waiting('no healthy member tells the alarms')
  const alarm = alarms[0]
  if (!alarm) return PASSED
  const raiser = members.find(({ status }) => status?.memberId === alarm.memberId)
  return lost(`the alarm ${alarm.alarm} is raised`, raiser?.name)
}

const space = ({ members }: ClusterView, { task }: ClusterWant): Verdict => {
  for (const { name, status } of members) {
    // What is asked for comes first: a roll may be what raises a quota that is nearly reached.
    const quota = task.quotaBytes ?? status?.dbSizeQuota
    if (status && quota !== undefined && quota > 0 && isNearQuota(status.dbSize, quota)) {
      return lost(
        `its database holds ${status.dbSize} bytes, 80 % or more of the quota of ${quota} bytes`,
        name,
      )
    }
  }
  return PASSED
}

const timers = ({ members }: ClusterView, { except }: ClusterWant): Verdict => {
  const armed = members.find((member) => member.armed && !except.includes(member.name))
  return armed ? lost('its host is about to put it back by itself: the timer is armed', armed.name) : PASSED
}

/** The leader raises it within seconds once every member serves the new minor (server/etcdserver/version/monitor.go). */
const clusterVersion = (view: ClusterView, { task, done }: ClusterWant): Verdict => {
  const asked = task.members.map(({ version }) => minorOf(version))
  const settled =
    task.members.every(({ name }) => done.includes(name)) && new Set(asked).size === 1 && asked[0] !== ''
  if (!settled || view.clusterVersion === undefined || minorOf(view.clusterVersion) === asked[0])
    return PASSED
  return waiting(`all members serve ${asked[0]}, but the cluster version is still ${view.clusterVersion}`)
}

const links = (view: ClusterView, { task, ids, done, except }: ClusterWant): Verdict =>
  judgeLinks(view, { members: task.members, ids, done, except })

const JUDGES: Readonly<Record<ClusterCondition, (view: ClusterView, want: ClusterWant) => Verdict>> = {
  'member list': membership,
  'members healthy': health,
  'one leader': leadership,
  'no alarms': alarms,
  'room in the database': space,
  'no timer armed': timers,
  'links up': links,
  'cluster version': clusterVersion,
}
