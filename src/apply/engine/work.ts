import type { ClusterView, RollPolicy, RollTask, RollWorld } from './port.js'
import type { judgeCluster } from './judge-cluster.js'
import type { judgeMember } from './judge-member.js'
import type { nextMember } from './order.js'
import type { PhaseNow, RollListener } from './listener.js'
import { leaderOf } from './view.js'

/** The decisions that a roll is made of; the engine itself only carries them out. */
export interface RollRules {
  readonly judgeMember: typeof judgeMember
  readonly judgeCluster: typeof judgeCluster
  readonly nextMember: typeof nextMember
}

/** A roll under way. */
export interface Work {
  readonly task: RollTask
  readonly policy: RollPolicy
  readonly world: RollWorld
  readonly signal: AbortSignal
  readonly rules: RollRules
  readonly listener: RollListener
  /** Member ids by name, as the first look showed them. */
  readonly ids: Map<string, string>
  /** Rolled and confirmed by this run, in the order it happened. */
  readonly rolled: string[]
  /** Put back by this run, as an earlier one had left them unconfirmed. */
  readonly undone: string[]
  /** When the run was cancelled, by the world's clock; undefined: it was not. */
  cancelledAt: number | undefined
  /** The leader's raft index at the last look. */
  index: string | undefined
  /** The phase under way; see phase.ts. */
  now: PhaseNow | undefined
}

export const createWork = (
  task: RollTask,
  policy: RollPolicy,
  world: RollWorld,
  signal: AbortSignal,
  rules: RollRules,
  listener: RollListener,
): Work => {
  const work: Work = {
    ...{ task, policy, world, signal, rules, listener },
    ids: new Map(),
    rolled: [],
    undone: [...(task.undone ?? [])],
    cancelledAt: signal.aborted ? world.now() : undefined,
    index: undefined,
    now: undefined,
  }
  signal.addEventListener('abort', () => (work.cancelledAt ??= world.now()), { once: true })
  return work
}

/** A look, with the leader's raft index at the look before it: what a member must have applied by now. */
export interface Look {
  readonly view: ClusterView
  readonly index: string | undefined
}

/** Throws what the world throws. */
export const look = async (work: Work): Promise<Look> => {
  const view = await work.world.look()
  const index = work.index
  work.index = leaderOf(view)?.status?.raftIndex ?? index
  work.listener.looked?.(view)
  return { view, index }
}

/** Members that are as asked: rolled by this run, or found so. */
export const doneOf = ({ task, rolled }: Work): readonly string[] =>
  task.members.filter(({ name, roll }) => !roll || rolled.includes(name)).map(({ name }) => name)

/** Members that still have to be rolled. */
export const leftOf = (work: Work): readonly string[] => {
  const done = doneOf(work)
  return work.task.members.map(({ name }) => name).filter((name) => !done.includes(name))
}

export const versionOf = ({ task }: Work, member: string): string =>
  task.members.find(({ name }) => name === member)?.version ?? ''
