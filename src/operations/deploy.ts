import { bootstrap, confirmBootstrap, fetchReleases } from '../apply/bootstrap.js'
import type { ApplyContext } from '../apply/context.js'
import type { Observed } from '../cluster/observed.js'
import { Failure, sentenceOf } from '../failure.js'
import { audit } from '../host/audit.js'
import type { DataCompared } from '../observe/compare-data.js'
import { unitAsMeant } from '../plan/change/unit-as-meant.js'
import type { Plan } from '../plan/plan.js'
import { planFor, type PlanFor } from '../plan/make-plan.js'
import type { HostSession } from '../ssh/port.js'
import { pause } from '../time/abort.js'
import { noteCertificateDays, readCertificates } from './certificate-days.js'
import { changeCluster } from './change.js'
import { probeCommits } from './commits.js'
import { decide, type Decision } from './decide.js'
import { withDiagnosis } from '../run/diagnose.js'
import { gateOnHealth } from './health-gate.js'
import { probeFromHosts } from './health.js'
import { checkLinks } from './links.js'
import { lookAtHosts } from './look.js'
import { makeMaterials } from './materials.js'
import { isUnconfirmed, patientLook } from './patient-look.js'
import { finishEarlierRun } from './roll.js'
import { type Run, runFor } from '../run/run.js'
import { withLocks, withSessions } from '../run/sessions.js'

const LOOK_AGAIN_MS = 2000

/** Makes the hosts what the inputs say and ends with the health verdict; throws Failure unless all of it came true. */
export const deploy = (run: Run): Promise<void> =>
  withSessions(run, (sessions, steady) =>
    withLocks(run, sessions, () =>
      withDiagnosis(run, sessions, async () => {
        const begun = await settled(run, sessions, steady)
        const { undone } = begun
        const first = await run.part('Plan', () => Promise.resolve(decide(run, begun.observed)))
        const { observed, plan, desired } = await withQuorum(run, { ...begun, ...first }, sessions, steady)
        const decided = runFor(run, desired)
        const context = contextOf(decided, observed, sessions)
        if (plan.kind === 'bootstrap') {
          await run.part('Fetch the release', () => fetchReleases(plan, context))
          run.progress.changed = plan.steps.length > 0
          await run.part('Bootstrap the cluster', () => bootstrap(plan, context))
        }
        if (plan.kind === 'roll') {
          await run.part('Fetch the release', () => fetchReleases(plan, context))
          run.progress.changed = true
          await changeCluster(decided, { plan, observed, context, steady, undone })
        }
        await gateOnHealth(decided, probeFromHosts(decided, sessions), {
          compared: comparedIn(plan, observed),
        })
        // Where no member was started or given another pair, the plan has warned of them.
        if (touchesMembers(plan)) await checkLinks(run, sessions, { strict: true })
        const marked = observed.hosts.some(({ bootstrapMarker }) => bootstrapMarker !== undefined)
        if (plan.kind === 'bootstrap' || marked) await confirmBootstrap(context)
        const kept = plan.kind === 'none' && observed.hosts.map(({ certificate }) => certificate?.text ?? '')
        noteCertificateDays(run, kept || (await readCertificates(run, sessions)))
        await probeCommits(run, sessions)
      }),
    ),
  )

/**
 * What is there, once nothing is left unconfirmed by an earlier run: a plan that is made before would be one for files that are put
 * back meanwhile, and what is staged for it would go with them. Where that plan is blocked nothing is touched, as it will say.
 */
const settled = async (
  run: Run,
  sessions: readonly HostSession[],
  steady: readonly HostSession[],
): Promise<{ readonly observed: Observed; readonly undone: readonly string[] }> => {
  const planOf = (seen: Observed): PlanFor => planFor(run.inputs.desired, seen, { now: run.startedAt })
  const observed = await patientLook(
    await lookAtHosts(run, sessions),
    (seen) => planOf(seen).plan.kind === 'blocked',
    async () => {
      run.ci.info(
        'a change of an earlier run is not settled, and what stands in the way may be of the moment: looking again',
      )
      await pause(LOOK_AGAIN_MS, run.signal)
      return lookAtHosts(run, sessions)
    },
  )
  if (!isUnconfirmed(observed)) return { observed, undone: [] }
  const { plan, desired } = planOf(observed)
  if (plan.kind === 'blocked') return { observed, undone: [] }
  run.progress.changed = true
  const undone = await finishEarlierRun(runFor(run, desired), { plan, observed, steady })
  return { observed: await lookAtHosts(run, sessions), undone }
}

/** What the look at the hosts has shown of the members' data, where all of them were asked and none is changed. */
const comparedIn = ({ kind }: Plan, { hosts, cluster, silent = [] }: Observed): DataCompared | undefined =>
  kind === 'none' && silent.length === 0 && cluster?.statuses?.length === hosts.length
    ? {
        ...(cluster.divergence === undefined ? {} : { divergence: cluster.divergence }),
        ...(cluster.dataUnknown === undefined ? {} : { unknown: cluster.dataUnknown }),
      }
    : undefined

const touchesMembers = ({ kind, steps }: Plan): boolean =>
  kind === 'bootstrap' ||
  steps.some((step) => step.kind === 'roll-member' || step.kind === 'renew-certificate')

/** Plans that come first, one after the other: tools, then certificates; what is left after that cannot be had this way. */
const MOST_FIRST = 3

interface Leg extends Decision {
  readonly observed: Observed
  readonly undone: readonly string[]
}

/** Does what has to come first where there is no quorum, until there is one, and gives what is left to be done then. Throws Failure. */
const withQuorum = async (
  run: Run,
  begun: Leg,
  sessions: readonly HostSession[],
  steady: readonly HostSession[],
): Promise<Leg> => {
  let leg = begun
  for (let times = 0; leg.plan.first === true; times++) {
    if (times === MOST_FIRST) {
      throw new Failure({
        what: 'members were given new certificates, and no quorum came of it',
        state: 'nothing was restarted that ran',
        next: 'look at the journals of all members, then run again',
      })
    }
    const { plan, observed, undone } = leg
    const decided = runFor(run, leg.desired)
    const context = contextOf(decided, observed, sessions)
    await run.part('Fetch the release', () => fetchReleases(plan, context))
    run.progress.changed = true
    await changeCluster(decided, { plan, observed, context, steady, undone })
    const seen = await lookAtHosts(run, sessions)
    const rest = await run.part('Plan the rest', () => Promise.resolve(decide(run, seen, 'the rest')))
    leg = { ...rest, observed: seen, undone }
  }
  return leg
}

const contextOf = (
  run: Run,
  { hosts, cluster }: Observed,
  sessions: readonly HostSession[],
): ApplyContext => ({
  desired: run.inputs.desired,
  hosts: run.inputs.desired.members.flatMap((member) => {
    const session = sessions.find((candidate) => candidate.member === member.name)
    const host = hosts.find((candidate) => candidate.member === member.name)
    const unit = host && unitAsMeant(run.inputs.desired, member, host, cluster)
    return session && host && unit ? [{ member, session, machine: host.machine, unit }] : []
  }),
  materials: makeMaterials(run),
  say: (line) => run.ci.info(line),
  audit: ({ member, session }, what) =>
    audit(session, { what, run: run.place.runUrl, actor: run.place.actor }).catch((error: unknown) =>
      run.ci.info(`${member.name}: the line for its journal was lost: ${sentenceOf(error)}`),
    ),
  live: run.live,
  signal: run.signal,
})
