import type { Canary } from '../apply/canary.js'
import type { RollPolicy, RollTask } from '../apply/engine/port.js'
import { RollFailure } from '../apply/engine/stop.js'
import { type roll, ROLL_RULES } from '../apply/roll/roll.js'
import { sshWorld } from '../apply/ssh/world.js'
import type { Layout } from '../cluster/desired.js'
import type { Member } from '../cluster/member.js'
import { clearStaged } from '../host/staging.js'
import { showLastStart } from '../run/diagnose.js'
import type { Run } from '../run/run.js'
import { runHook } from '../runner/hooks.js'
import type { HostSession } from '../ssh/port.js'
import { beginCanary } from './canary.js'
import { clientTls } from './commits.js'
import { openGateways } from './gateways.js'
import { rollListener } from './roll-listener.js'

/** Time between two looks at the cluster, milliseconds. */
const POLL_MS = 100
/** How long the member in hand may still take after a cancel, of the 6 s there are in all; else it is put back. Milliseconds. */
const CANCEL_GRACE_MS = 3000
const HOOK_MS = 600_000

export interface ConductWork {
  /** Sessions that go on working after a cancel: what was begun has to be finished or taken back. */
  readonly steady: readonly HostSession[]
  /** Members that this run has put back already, as an earlier one had left them unconfirmed. */
  readonly undone?: readonly string[]
}

/** Has the engine go its `way` over the hosts, with the canary writing, and what it goes through kept and told. Throws RollFailure. */
export const conduct = async <T>(
  run: Run,
  { steady, undone = [] }: ConductWork,
  task: RollTask,
  way: (...engine: Parameters<typeof roll>) => Promise<T>,
  rules = ROLL_RULES,
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
      rules,
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
    run.inputs.desired.layout,
    steady.filter(({ member }) => untouched.includes(member)),
  )
}

/**
 * Waits for what stages something on hosts. Where it fails, a cancel included, nothing of that stays, a new key perhaps: it is cleared
 * away by `steady`, as the other sessions take no more commands then. Rejects as `staging` does.
 */
export const orNothingStaged = async (
  layout: Layout,
  steady: readonly HostSession[],
  staging: Promise<void>,
): Promise<void> => {
  try {
    await staging
  } catch (error) {
    await clearStagedOn(layout, steady)
    throw error
  }
}

const clearStagedOn = async (layout: Layout, sessions: readonly HostSession[]): Promise<void> => {
  await Promise.allSettled(sessions.map((session) => clearStaged(session, layout)))
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
