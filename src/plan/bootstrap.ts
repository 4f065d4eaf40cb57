import { type Desired, describeCluster } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import type { HostObserved, Observed } from '../cluster/observed.js'
import { storageNotes } from './checks/mounts.js'
import { certificateDeviations } from './certificates.js'
import { blocked } from './blocked.js'
import type { Deviation } from './deviation.js'
import { settledDeviations } from './drift.js'
import { environmentSaid } from './environment/notes.js'
import { hostOf } from './evidence.js'
import { othersNotes } from './found/notes.js'
import type { Difference, Plan, Step } from './plan.js'
import { preflight } from './preflight.js'
import { releaseDeviations } from './release.js'
import { processDeviations } from './running.js'
import { riskWarnings } from './risks.js'
import { unitDeviations } from './unit.js'

/**
 * The plan for a cluster that does not exist yet, or whose bootstrap stopped somewhere. Once its members have found each
 * other it takes writes, so from then on those that run are no longer changed, only the missing ones brought up.
 */
export const planBootstrap = (
  desired: Desired,
  observed: Observed,
  now: Date,
  kind: 'fresh' | 'unfinished',
): Plan => {
  const differences = formed(desired, observed) ? runningDrift(desired, observed, now) : []
  if (differences.length > 0) {
    return blocked('the members of an unfinished bootstrap run already, but differ from what is asked for', {
      differences,
    })
  }
  const findings = preflight(desired, observed)
  if (findings.length > 0) {
    return blocked('the hosts are not ready for a bootstrap', { findings })
  }
  const verb = kind === 'fresh' ? 'bootstrap' : 'finish the bootstrap of'
  const said = environmentSaid(desired, observed)
  const notes = [
    ...desired.members.flatMap((member) => storageNotes(hostOf(observed, member), desired.layout)),
    ...said.notes,
    ...othersNotes(desired, observed),
  ]
  const warnings = [...said.warnings, ...observed.hosts.flatMap((host) => riskWarnings(desired, host))]
  return {
    kind: 'bootstrap',
    steps: bootstrapSteps(desired, observed, now),
    differences: [],
    findings: [],
    summary: `${verb} ${describeCluster(desired)}`,
    ...(notes.length === 0 ? {} : { notes }),
    ...(warnings.length === 0 ? {} : { warnings }),
  }
}

/** Type=notify: a unit is active only once its member has had a quorum (etcd server/etcdmain/etcd.go). */
const formed = (desired: Desired, observed: Observed): boolean =>
  observed.cluster !== undefined ||
  desired.members.some((member) => hostOf(observed, member).service.activeState === 'active')

const runningDrift = (desired: Desired, observed: Observed, now: Date): readonly Difference[] =>
  desired.members.flatMap((member) => {
    const host = hostOf(observed, member)
    if (host.process === undefined) return []
    return settledDeviations(desired, member, host, now).map((deviation) => ({
      member: member.name,
      ...deviation,
    }))
  })

/** The steps that are missing to a cluster: what is right already, files and running members alike, is left alone. */
const bootstrapSteps = (desired: Desired, observed: Observed, now: Date): readonly Step[] => {
  const hosts = desired.members.map((member) => {
    const host = hostOf(observed, member)
    const steps = hostSteps(desired, member, host, now)
    return { member, steps, start: startReason(desired, host, steps) }
  })
  const starting = hosts.filter(({ start }) => start !== '')
  return [
    ...hosts.flatMap(({ steps }) => steps),
    ...(starting.length === 0
      ? []
      : [
          {
            kind: 'start-members' as const,
            members: starting.map(({ member }) => member.name),
            reason: [...new Set(starting.map(({ start }) => start))].join(', '),
          },
        ]),
  ]
}

const hostSteps = (desired: Desired, member: Member, host: HostObserved, now: Date): readonly Step[] => {
  const { serviceUser } = desired.layout
  const on = (
    kind: 'create-user' | 'install-release' | 'place-certificates' | 'write-unit',
    deviations: readonly Deviation[],
  ): readonly Step[] =>
    deviations.length === 0
      ? []
      : [{ kind, member: member.name, reason: deviations.map(({ detail }) => detail).join('; ') }]
  return [
    ...(serviceUser === 'root' || host.userExists
      ? []
      : on('create-user', [{ what: 'user', detail: `there is no user ${serviceUser}` }])),
    ...on('install-release', releaseDeviations(desired, host)),
    ...on('place-certificates', certificateDeviations(desired, member, host, now)),
    ...on('write-unit', unitDeviations(desired, member, host)),
  ]
}

/** Why a member has to be started or, where it runs on what is changed now, started anew; empty where it has not. */
const startReason = (desired: Desired, host: HostObserved, steps: readonly Step[]): string => {
  const { process } = host
  if (process === undefined)
    return host.hasMemberData ? 'members that stopped' : 'all at once: none is ready alone'
  if (steps.length > 0 || processDeviations(desired, host).length > 0)
    return 'members that run on older files'
  return ''
}
