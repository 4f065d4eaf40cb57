import { Failure } from '../failure.js'
import { serviceState } from '../host/service.js'
import type { ServiceState } from '../host/service-show.js'
import { pause } from '../time/abort.js'
import { formatDuration } from '../time/duration.js'
import type { ApplyContext, HostAtWork } from './context.js'

const LOOK_EVERY_MS = 100

/**
 * Waits until systemd says of every member that it is active: it has joined the cluster. Stops at once when a member's process
 * ended, as waiting would only repeat that. Throws Failure naming the member; nothing is stopped or undone.
 * An abort rejects with the signal's reason.
 */
export const waitUntilActive = async ({ desired, hosts, live, signal }: ApplyContext): Promise<void> => {
  const { serviceName } = desired.layout
  const end = Date.now() + desired.health.timeoutMs
  let waiting: readonly HostAtWork[] = hosts
  for (;;) {
    const states = await Promise.all(
      waiting.map(async (host) => ({ host, state: await serviceState(host.session, serviceName) })),
    )
    for (const { host, state } of states) if (hasFailed(state)) throw startFailure(host, state, serviceName)
    waiting = states.filter(({ state }) => state.activeState !== 'active').map(({ host }) => host)
    if (waiting.length === 0) return
    const names = waiting.map(({ member }) => member.name).join(', ')
    if (Date.now() >= end) throw tooLong(waiting[0]!, names, desired.health.timeoutMs, serviceName)
    live.set(`waiting for ${names} to join the cluster`)
    await pause(LOOK_EVERY_MS, signal)
  }
}

const hasFailed = ({ activeState, subState }: ServiceState): boolean =>
  activeState === 'failed' || subState.startsWith('auto-restart')

const LEFT_AS_IS = 'the other members were started and are left as they are'

const startFailure = ({ member, session }: HostAtWork, state: ServiceState, serviceName: string): Failure =>
  new Failure({
    what: `etcd did not start`,
    where: `${member.name} (${session.target})`,
    why: `systemd says ${state.activeState}/${state.subState}, result ${state.result || 'unknown'}`,
    state: LEFT_AS_IS,
    next: `see the last lines of its journal (journalctl -u ${serviceName}) in the log, put right what it names, and run again: the next run goes on from here`,
    member: member.name,
  })

const tooLong = ({ member }: HostAtWork, names: string, timeoutMs: number, serviceName: string): Failure =>
  new Failure({
    what: `etcd was started but did not join the cluster within ${formatDuration(timeoutMs)}`,
    where: names,
    state: LEFT_AS_IS,
    next: `see the last lines of the journal (journalctl -u ${serviceName}) in the log, check that the peer port is open between the hosts, and run again: the next run goes on from here`,
    member: member.name,
  })
