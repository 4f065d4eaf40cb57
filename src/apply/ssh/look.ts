import { alarmsOf } from '../../cluster/alarms.js'
import type { AlarmEntry } from '../../cluster/answers.js'
import type { Member } from '../../cluster/member.js'
import { compareVersions, formatVersion, parseVersion } from '../../cluster/version.js'
import { Failure } from '../../failure.js'
import type { ClusterView, MemberView } from '../engine/port.js'
import { listOf, type LookAt, metricsOf, readyOf, SLOW_MS, stateOf, statusOf } from './asks.js'

/**
 * The cluster now: every member asked for itself on its own host, all at once; its members from the first one that turns
 * out ready. Bounded in time whatever hangs. Throws Failure where no host can be asked for anything.
 */
export const lookOverSsh = async (at: LookAt): Promise<ClusterView> => {
  const { members } = at.desired
  const readiness = members.map((member) => readyOf(at, member))
  const views = Promise.all(members.map((member, index) => freshViewOf(at, member, readiness[index]!)))
  const [seen, list] = await Promise.all([views, listOf(at, readiness)])
  if (seen.every(({ view }) => view.activeState === '' && view.status === undefined)) {
    throw new Failure({
      what: 'no host can be asked for the state of its member',
      each: seen.map(({ view, why }) => `${view.name}: ${why}`),
      next: 'check the network between the runner and the hosts, then run again',
    })
  }
  const clusterVersion = highest(seen.map((each) => each.clusterVersion))
  const shown = seen.map(({ view }) => view)
  return { members: shown, listed: list?.members, alarms: alarmsTold(shown), clusterVersion }
}

/** A member tells the alarms of all with its status; undefined where none that is ready tells. */
const alarmsTold = (members: readonly MemberView[]): readonly AlarmEntry[] | undefined => {
  const told = members.flatMap(({ ready, status }) => (ready && status ? [status.errors] : []))
  return told.length === 0 ? undefined : alarmsOf(told.flat())
}

const highest = (versions: readonly (string | undefined)[]): string | undefined => {
  const known = versions.map((text) => parseVersion(text ?? '')).filter((version) => version !== undefined)
  const last = known.sort(compareVersions).at(-1)
  return last && formatVersion(last)
}

interface Seen {
  readonly view: MemberView
  /** Why its host did not answer; empty where it did. */
  readonly why: string
  /** `etcd_cluster_version`, X.Y.0; undefined where it does not tell. */
  readonly clusterVersion: string | undefined
}

/**
 * etcd listens before it serves, and answers for its status when it does: what the host said of a member that was just starting, a
 * moment before that answer, is of the past then, so the member is looked at once more.
 */
const freshViewOf = async (at: LookAt, member: Member, ready: Promise<boolean>): Promise<Seen> => {
  const began = performance.now()
  const seen = await viewOf(at, member, ready)
  const { status, activeState, ready: wasReady } = seen.view
  const isPast = status !== undefined && (activeState === 'activating' || !wasReady)
  return isPast && performance.now() - began < SLOW_MS ? viewOf(at, member, readyOf(at, member)) : seen
}

const viewOf = async (at: LookAt, member: Member, ready: Promise<boolean>): Promise<Seen> => {
  const [state, isUp, status, told] = await Promise.all([
    stateOf(at, member),
    ready,
    statusOf(at, member),
    metricsOf(at, member),
  ])
  const service = state.ok ? state.value : undefined
  const { peers, clusterVersion } = told ?? {}
  return {
    why: state.ok ? '' : state.reason,
    clusterVersion,
    view: {
      name: member.name,
      activeState: service?.activeState ?? '',
      subState: service?.subState ?? '',
      restarts: service?.restarts ?? 0,
      mainPid: service?.mainPid ?? 0,
      armed: service?.unconfirmed ?? false,
      ready: isUp,
      status: status.ok ? status.value : undefined,
      reason: status.ok ? '' : status.reason,
      ...(peers === undefined ? {} : { peers }),
    },
  }
}
