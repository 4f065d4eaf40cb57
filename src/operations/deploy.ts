import { bootstrap, confirmBootstrap, fetchReleases } from '../apply/bootstrap.js'
import type { ApplyContext } from '../apply/context.js'
import type { Desired } from '../cluster/desired.js'
import type { Observed } from '../cluster/observed.js'
import type { HostSession } from '../ssh/port.js'
import { noteCertificateDays } from './certificate-days.js'
import { probeCommits } from './commits.js'
import { decide } from './decide.js'
import { withDiagnosis } from './diagnose.js'
import { gateOnHealth } from './gate.js'
import { probeFromHosts } from './health.js'
import { lookAtHosts } from './look.js'
import { makeMaterials } from './materials.js'
import { rollCluster } from './roll.js'
import type { Run } from './run.js'
import { withLocks, withSessions } from './sessions.js'

/** Makes the hosts what the inputs say and ends with the health verdict; throws Failure unless all of it came true. */
export const deploy = (run: Run): Promise<void> =>
  withSessions(run, (sessions, steady) =>
    withLocks(run, sessions, () =>
      withDiagnosis(run, sessions, async () => {
        const { desired } = run.inputs
        const observed = await lookAtHosts(run, sessions)
        const plan = await run.part('Plan', () => Promise.resolve(decide(run, observed)))
        const context = contextOf(run, desired, observed, sessions)
        if (plan.kind === 'bootstrap') {
          await run.part('Fetch the release', () => fetchReleases(plan, context))
          run.progress.changed = plan.steps.length > 0
          await run.part('Bootstrap the cluster', () => bootstrap(plan, context))
        }
        if (plan.kind === 'roll' || observed.hosts.some(({ unconfirmed }) => unconfirmed)) {
          if (plan.kind === 'roll') await run.part('Fetch the release', () => fetchReleases(plan, context))
          run.progress.changed = true
          await rollCluster(run, { plan, observed, context, steady })
        }
        await gateOnHealth(run, probeFromHosts(run, sessions))
        const marked = observed.hosts.some(({ bootstrapMarker }) => bootstrapMarker !== undefined)
        if (plan.kind === 'bootstrap' || marked) await confirmBootstrap(context)
        await noteCertificateDays(run, sessions)
        await probeCommits(run, sessions)
      }),
    ),
  )

const contextOf = (
  run: Run,
  desired: Desired,
  observed: Observed,
  sessions: readonly HostSession[],
): ApplyContext => ({
  desired,
  hosts: desired.members.flatMap((member) => {
    const session = sessions.find((candidate) => candidate.member === member.name)
    const host = observed.hosts.find((candidate) => candidate.member === member.name)
    return session && host ? [{ member, session, machine: host.machine }] : []
  }),
  materials: makeMaterials(run),
  say: (line) => run.ci.info(line),
  signal: run.signal,
})
