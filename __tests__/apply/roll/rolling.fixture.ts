import { ROLL_RULES, roll } from '../../../src/apply/roll/roll.js'
import type { RollListener } from '../../../src/apply/engine/listener.js'
import type { RollPolicy, RollTask, RollWorld } from '../../../src/apply/engine/port.js'
import { RollFailure } from '../../../src/apply/engine/stop.js'
import { Cluster } from '../../simulation/cluster.js'
import type { Behaviour, Build } from '../../simulation/host.js'
import { CLUSTER_ID } from '../../simulation/look.js'
import { QUIET } from '../../simulation/scenario.js'
import { startRun } from '../../simulation/world.js'

export const POLICY: RollPolicy = {
  timeoutMs: 20_000,
  soakMs: 1_000,
  maxWriteGapMs: undefined,
  pollMs: 500,
  cancelGraceMs: 3_000,
  allowDowntime: false,
}

const buildOf = (id: string, version: string, behaviour: Behaviour): Build => ({
  ...{ id, version, behaviour, startMs: 400, crashAfterMs: 1_000 },
})

/** A quiet cluster led by etcd-1, on 3.5.16, with what is staged on each host; and one run in it. */
export const setUp = (behaviours: readonly Behaviour[], version = '3.5.30') => {
  const staged = behaviours.map((behaviour) => buildOf('new', version, behaviour))
  const cluster = new Cluster(buildOf('old', '3.5.16', 'good'), staged, () => 0.5)
  cluster.advance(8_000)
  cluster.moveLeader(cluster.hosts[0]!)
  cluster.advance(2_000)
  for (const host of cluster.hosts) host.prepared = true
  const run = startRun(cluster, QUIET, () => 0.5)
  const task: RollTask = {
    members: cluster.hosts.map(({ name }) => ({ name, version, roll: true })),
    ...{ clusterId: CLUSTER_ID, quotaBytes: undefined, minorUpgrade: version.startsWith('3.6') },
  }
  const go = (
    world: Partial<RollWorld> = {},
    policy: Partial<RollPolicy> = {},
    signal = run.signal,
    listener: RollListener = {},
  ) => roll(task, { ...POLICY, ...policy }, { ...run.world, ...world }, signal, ROLL_RULES, listener)
  /** Is cancelled when that call has been done. */
  const goUntil = (name: 'arm' | 'restart', policy: Partial<RollPolicy> = {}) => {
    const controller = new AbortController()
    const call = async (member: string, seconds: number) => {
      await run.world[name](member, seconds)
      controller.abort()
    }
    return failureOf(go({ [name]: call }, policy, controller.signal))
  }
  const calls = () =>
    run.done.filter(({ name }) => name !== 'look').map(({ name, member }) => `${name} ${member}`.trim())
  return { cluster, run, go, goUntil, calls }
}

export const failureOf = async (rolling: Promise<unknown>): Promise<RollFailure> => {
  const error = await rolling.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof RollFailure)) throw new Error(`expected a RollFailure, got ${String(error)}`)
  return error
}
