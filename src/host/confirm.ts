import type { Layout } from '../cluster/desired.js'
import { Failure } from '../failure.js'
import type { Command, HostSession } from '../ssh/port.js'
import { ARM_SCRIPT, DISARM_SCRIPT, REVERT_NOW_SCRIPT } from './confirm-scripts.js'
import { STORE } from '../cluster/places.js'
import { mustSucceed, whereOf } from './refusal.js'
import { REVERT_SCRIPT } from './revert-script.js'
import { rolledFiles, rollState, ROOTS } from './roll-places.js'
import { revertUnit } from './roll-shell.js'
import { lockRefusals } from './staging.js'

/**
 * Where the last change of a member stands: `unconfirmed` (its timer runs, or ran on another boot), `reverting` (begun, not
 * ended), `reverted`, `confirmed`; `none` where there never was one, or a later one was prepared.
 */

const NEXT_LOOK = 'see the journal of that host (journalctl -t etcd-deploy)'

/**
 * Keeps what is in place now in `previous/`, readable for root alone, and starts a timer of systemd on the host: unless confirmed
 * within `seconds` (from now), it puts everything back and restarts the service, without us; a reboot before that does so too,
 * before etcd starts. Where an unconfirmed change is there already, what was kept before that one stays, and the time begins anew.
 * Throws Failure; the member is then as it was.
 */
export const armRevert = async (
  session: HostSession,
  layout: Layout,
  seconds: number,
  roots = ROOTS,
): Promise<void> => {
  const state = rollState(layout, roots)
  const result = await session.run(
    command('set the timer that takes the change back', ARM_SCRIPT, [
      state,
      layout.serviceName,
      revertUnit(layout.serviceName),
      String(seconds),
      layout.binDir,
      STORE,
      roots.unitDir,
      REVERT_SCRIPT,
      ...rolledFiles(layout, roots).flatMap(({ name, path }) => [name, path]),
    ]),
  )
  mustSucceed(
    session,
    'cannot set the timer that would take the change back',
    result,
    {
      ...lockRefusals(state),
      21: { why: 'an earlier change is being taken back and that has not ended', next: NEXT_LOOK },
      23: { why: 'the host has no systemd-run', next: 'install the whole of systemd there' },
    },
    'the member was not touched',
  )
}

/**
 * Confirms the change: timer, kept files and staged files go. `reverted`: too late, the host has taken it back since it was
 * armed. Where nothing is armed and nothing was taken back: `confirmed`, as when asked once more. Throws Failure, also where a
 * revert was begun and has not ended.
 */
export const disarm = async (
  session: HostSession,
  layout: Layout,
  roots = ROOTS,
): Promise<'confirmed' | 'reverted'> => {
  const result = await session.run(command('confirm the change', DISARM_SCRIPT, argumentsOf(layout, roots)))
  mustSucceed(session, 'cannot confirm the change', result, {
    ...lockRefusals(rollState(layout, roots)),
    21: {
      why: 'the host has begun to take it back and has not ended, as it was not confirmed in time',
      next: NEXT_LOOK,
    },
  })
  return result.stdout.trim() === 'reverted' ? 'reverted' : 'confirmed'
}

/**
 * Takes the change back at once, by the very unit the timer would start; also where the timer did so before. Waits until what
 * is seen of the service is of after that, not until it is ready. A process that runs since before `armRevert` is left alone.
 * `none`: there was nothing to take back. Throws Failure where it was confirmed before, or could not be taken back.
 */
export const revertNow = async (
  session: HostSession,
  layout: Layout,
  roots = ROOTS,
): Promise<'reverted' | 'none'> => {
  const state = rollState(layout, roots)
  const args = [...argumentsOf(layout, roots), layout.serviceName]
  const result = await session.run({
    ...command('take the change back', REVERT_NOW_SCRIPT, args),
    timeoutMs: 180_000,
  })
  mustSucceed(
    session,
    'cannot take the change back',
    result,
    {
      ...lockRefusals(state),
      21: {
        why: result.stderr.trim().split('\n').slice(-3).join(' / ') || 'its script ended with an error',
        next: `put right what it names: the host goes on trying by itself (systemctl status ${revertUnit(layout.serviceName)}-again)`,
      },
    },
    `what was there before is kept in ${state}/previous`,
  )
  const outcome = result.stdout.trim()
  if (outcome === 'confirmed') {
    throw new Failure({
      what: 'cannot take the change back',
      where: whereOf(session),
      why: 'it was confirmed before',
      state: 'the member runs what is new',
    })
  }
  return outcome === 'reverted' ? 'reverted' : 'none'
}

const argumentsOf = (layout: Layout, roots: typeof ROOTS): readonly string[] => [
  rollState(layout, roots),
  revertUnit(layout.serviceName),
  roots.unitDir,
]

/** Long enough for the lock, which others hold for moments, and for a slow disk. */
const command = (label: string, script: string, args: readonly string[]): Command => ({
  label,
  script,
  args,
  timeoutMs: 90_000,
})
