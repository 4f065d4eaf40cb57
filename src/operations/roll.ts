import { count } from '../cluster/count.js'
import type { Canary } from '../apply/canary.js'
import type { ApplyContext } from '../apply/context.js'
import { stageRoll } from '../apply/prepare-change.js'
import { roll, ROLL_PARTS, settle } from '../apply/roll/roll.js'
import type { RollPolicy, RollTask } from '../apply/engine/port.js'
import { RollFailure } from '../apply/engine/stop.js'
import { sshWorld } from '../apply/ssh/world.js'
import type { Member } from '../cluster/member.js'
import type { Observed } from '../cluster/observed.js'
import { quotaOf } from '../etcd/flags.js'
import { clearStaged } from '../host/staging.js'
import { proxyReasons } from '../plan/change/links.js'
import { fullDatabases } from '../plan/full-databases.js'
import type { Plan } from '../plan/plan.js'
import { runHook } from '../runner/hooks.js'
import type { HostSession } from '../ssh/port.js'
import { beginCanary } from './canary.js'
import { clientTls } from './commits.js'
import { showLastStart } from '../run/diagnose.js'
import { deleteOldReleases } from './delete-old-releases.js'
import { openGateways } from './gateways.js'
import { rollListener } from './roll-listener.js'
import { snapshotBefore } from './snapshot-before.js'
import type { Run } from '../run/run.js'

/** Time between two looks at the cluster, milliseconds. */
const POLL_MS = 100
/** How long the member in hand may still take after a cancel, of the 6 s there are in all; else it is put back. Milliseconds. */
const CANCEL_GRACE_MS = 3000
const HOOK_MS = 600_000

export interface RollWork {
  readonly plan: Plan
  readonly observed: Observed
  readonly context: ApplyContext
  /** Sessions that go on working after a cancel: what was begun has to be finished or taken back. */
  readonly steady: readonly HostSession[]
  /** Members that this run has put back already, as an earlier one had left them unconfirmed. */
  readonly undone?: readonly string[]
}

/** Takes the snapshot, stages all members and rolls them one at a time, with the canary writing all through. Throws Failure. */
export const rollMembers = async (run: Run, work: RollWork): Promise<void> => {
  const { plan, observed, context } = work
  await run.part('Prepare the change', async () => {
    // Neither disturbs a member, and both take long.
    const [taken, staged] = await Promise.allSettled([snapshotBefore(run, work), stageRoll(plan, context)])
    if (taken.status === 'rejected') {
      if (staged.status === 'fulfilled') await clearStagedOn(run, work.steady)
      throw taken.reason
    }
    if (staged.status === 'rejected') throw staged.reason
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
export const settleCluster = async (
  run: Run,
  work: Omit<RollWork, 'context'>,
): Promise<readonly string[]> => {
  const leftOver = work.observed.hosts.filter(({ unconfirmed }) => unconfirmed).length
  return run.part(`Settle ${count(leftOver, 'member')} of an earlier run`, () =>
    conduct(run, work, settlingOf(run, work), settle),
  )
}

/** Without a quorum, which new certificates are to bring, nobody tells who is who, and no write of a canary comes through. */
const settlingOf = (run: Run, { plan, observed }: Omit<RollWork, 'context'>): RollTask => ({
  ...taskOf(run, plan, observed),
  ...(plan.first === true ? { renews: true } : {}),
})

/** Has the engine go its `way` over the hosts, with the canary writing, and what it goes through kept and told. Throws RollFailure. */
export const conduct = async <T>(
  run: Run,
  { steady, undone = [] }: Pick<RollWork, 'steady' | 'undone'>,
  task: RollTask,
  way: (...engine: Parameters<typeof roll>) => Promise<T>,
  parts = ROLL_PARTS,
): Promise<T> => {
  const { desired } = run.inputs
  const tls = await clientTls(run)
  const gateways = openGateways(desired, steady, tls)
  const writes = desired.roll.canary && (task.renews !== true || task.clusterId !== '')
  const { full = [] } = task
  if (writes && full.length > 0) {
    run.ci.info(
      `No canary, so the write gap is not measured: the database of ${full.join(', ')} is near its quota, where a write may raise the alarm NOSPACE`,
    )
  }
  const canary = writes && full.length === 0 ? await beginCanary(run, steady, tls) : undefined
  const heard = rollListener(run, canary)
  // A connection that was open before an exchange tells nothing of the new pair: etcdctl makes one for each call.
  let exchanged = ''
  try {
    const world = sshWorld({
      desired,
      sessions: steady,
      gatewayOf: (name) => (name === exchanged ? undefined : gateways.of(name)),
      run: { url: run.place.runUrl, actor: run.place.actor },
      hook: (when, member) => hook(run, when, member),
      writeGap: () => canary?.gap(),
      lastWords: (session) => showLastStart(run, session),
      say: (line) => run.ci.info(line),
    })
    const swap = (member: string): Promise<void> => {
      exchanged = task.renews === true ? member : ''
      return world.swap(member)
    }
    return await way(
      { ...task, undone },
      policyOf(run),
      { ...world, swap },
      run.signal,
      parts,
      heard.listener,
    )
  } catch (error) {
    if (error instanceof RollFailure) run.progress.roll = error.result
    await clearUntouched(run, steady, error)
    throw error
  } finally {
    gateways.close()
    await stopCanary(run, canary, heard)
  }
}

/** What was staged for members that were not touched, a new key perhaps, does not stay; the next run stages anew. */
const clearUntouched = async (run: Run, steady: readonly HostSession[], error: unknown): Promise<void> => {
  if (!(error instanceof RollFailure)) return
  const { untouched } = error.result
  await clearStagedOn(
    run,
    steady.filter(({ member }) => untouched.includes(member)),
  )
}

const clearStagedOn = async (run: Run, sessions: readonly HostSession[]): Promise<void> => {
  await Promise.allSettled(sessions.map((session) => clearStaged(session, run.inputs.desired.layout)))
}

const stopCanary = async (
  run: Run,
  canary: Canary | undefined,
  { turns }: ReturnType<typeof rollListener>,
): Promise<void> => {
  if (!canary) return
  await canary.stop()
  const { longestMs, failed } = canary.gap()
  const limitMs = run.inputs.desired.roll.maxWriteGapMs
  const before = run.progress.writeGap
  run.progress.writeGap = {
    longestMs: Math.max(longestMs, before?.longestMs ?? 0),
    failed: failed + (before?.failed ?? 0),
    limitMs,
    turns: [...(before?.turns ?? []), ...turns()],
  }
  run.ci.info(`longest write gap ${Math.round(longestMs)} ms, ${failed} failed writes`)
}

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

const policyOf = ({ inputs: { desired } }: Run): RollPolicy => ({
  timeoutMs: desired.health.timeoutMs,
  soakMs: desired.roll.soakMs,
  maxWriteGapMs: desired.roll.maxWriteGapMs,
  pollMs: POLL_MS,
  cancelGraceMs: CANCEL_GRACE_MS,
  allowDowntime: desired.roll.allowDowntime,
})

const hook = async (run: Run, when: 'before' | 'after', member: Member): Promise<void> => {
  const { beforeMember, afterMember } = run.inputs.desired.roll
  const command = when === 'before' ? beforeMember : afterMember
  if (command === '') return
  await runHook(command, {
    name: `${when}-member`,
    member: member.name,
    endpoint: member.clientUrl,
    step: 'roll',
    timeoutMs: HOOK_MS,
    say: (line) => run.ci.info(line),
    signal: run.signal,
  })
}
