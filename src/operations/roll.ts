import type { ApplyContext } from '../apply/context.js'
import type { RollTask } from '../apply/engine/port.js'
import { stageRoll } from '../apply/prepare-change.js'
import { finishEarlier, roll } from '../apply/roll/roll.js'
import { count } from '../cluster/count.js'
import type { Observed } from '../cluster/observed.js'
import { quotaOf } from '../etcd/flags.js'
import { proxyReasons } from '../plan/change/links.js'
import { fullDatabases } from '../plan/full-databases.js'
import type { Plan } from '../plan/plan.js'
import type { Run } from '../run/run.js'
import { conduct, type ConductWork, orNothingStaged } from './conduct.js'
import { deleteOldReleases } from './delete-old-releases.js'
import { snapshotBefore } from './snapshot-before.js'

export interface RollWork extends ConductWork {
  readonly plan: Plan
  readonly observed: Observed
  readonly context: ApplyContext
}

/** Takes the snapshot, stages all members and rolls them one at a time, with the canary writing all through. Throws Failure. */
export const rollMembers = async (run: Run, work: RollWork): Promise<void> => {
  const { plan, observed, context } = work
  await run.part('Prepare the change', async () => {
    // Neither disturbs a member, and both take long.
    const both = Promise.allSettled([snapshotBefore(run, work), stageRoll(plan, context)]).then((ended) => {
      const failed = ended.find(({ status }) => status === 'rejected')
      if (failed?.status === 'rejected') throw failed.reason
    })
    await orNothingStaged(run.inputs.desired.layout, work.steady, both)
  })
  const rolling = plan.steps.filter(({ kind }) => kind === 'roll-member').length
  await run.part(`Roll ${count(rolling, 'member')}`, async () => {
    const result = await conduct(run, work, taskOf(run, plan, observed), roll)
    run.progress.roll = result
    const { rolled } = result
    run.ci.info(rolled.length > 0 ? `rolled: ${rolled.join(', ')}` : 'no member had to be rolled')
    await deleteOldReleases(run, work.steady, plan)
  })
}

/**
 * Confirms or puts back what an earlier run left unconfirmed. The world is another one afterwards: it has to be looked at and
 * planned for anew. Gives the members that were put back. Throws Failure.
 */
export const finishEarlierRun = async (
  run: Run,
  work: Omit<RollWork, 'context'>,
): Promise<readonly string[]> => {
  const leftOver = work.observed.hosts.filter(({ unconfirmed }) => unconfirmed).length
  return run.part(`Settle ${count(leftOver, 'member')} of an earlier run`, () =>
    conduct(run, work, finishingOf(run, work), finishEarlier),
  )
}

/** Without a quorum, which new certificates are to bring, nobody tells who is who, and no write of a canary comes through. */
const finishingOf = (run: Run, { plan, observed }: Omit<RollWork, 'context'>): RollTask => ({
  ...taskOf(run, plan, observed),
  ...(plan.first === true ? { renews: true } : {}),
})

const taskOf = (run: Run, plan: Plan, observed: Observed): RollTask => {
  const { desired } = run.inputs
  const { cluster, hosts } = observed
  return {
    members: desired.members.map((member) => ({
      name: member.name,
      mendsLinks: proxyReasons(desired, observed, member).length > 0,
      version: desired.release.version,
      roll: plan.steps.some((step) => step.kind === 'roll-member' && step.member === member.name),
      unconfirmed: hosts.some((host) => host.member === member.name && host.unconfirmed === true),
    })),
    clusterId: cluster?.clusterId ?? '',
    quotaBytes: quotaOf(desired),
    full: fullDatabases(observed),
    minorUpgrade: plan.upgrade?.minor ?? false,
  }
}
