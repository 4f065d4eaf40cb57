import type { RollPolicy, RollResult, RollTask, RollWorld } from '../../src/apply/engine/port.js'
import { finishEarlier, roll } from '../../src/apply/roll/roll.js'
import { RollFailure } from '../../src/apply/engine/stop.js'
import { minorOf } from '../../src/cluster/version.js'
import { Cluster } from './cluster.js'
import { convergesAtOnce, judgeRun, type Ended } from './laws.js'
import { mendDisks } from './lives.js'
import { CLUSTER_ID } from './look.js'
import { buildOf, isUndisturbed, QUIET, randomFrom, type RunOfScenario, type Scenario } from './scenario.js'
import { startRun } from './world.js'

export type Engine = (
  task: RollTask,
  policy: RollPolicy,
  world: RollWorld,
  signal: AbortSignal,
) => Promise<RollResult>

export interface Simulated {
  readonly violations: readonly string[]
  /** What happened, for the one who has to find out why: a line for each call and run. */
  readonly story: readonly string[]
  /** How each run ended: `rolled`, `stopped`, `cancelled`, `died`. */
  readonly endings: readonly string[]
}

const TIMEOUT_MS = 20_000
/** Runs after which a world without faults has to be as asked. */
const RUNS_TO_CONVERGE = 3

/** Plays a scenario through: runs with faults, then a world that is put right, in which runs have to converge. */
export const simulate = async (scenario: Scenario, engine: Engine = roll): Promise<Simulated> => {
  const random = randomFrom(scenario.seed)
  const old = buildOf(scenario, 'good', 'old', scenario.from)
  const staged = scenario.behaviours.map((kind, index) =>
    buildOf(scenario, kind, `new-${index}`, scenario.to),
  )
  const cluster = new Cluster(old, staged, random, scenario.guarded)
  cluster.advance(8_000)
  const leader = cluster.hosts[scenario.leader % cluster.hosts.length]!
  cluster.moveLeader(leader)
  cluster.advance(2_000)

  const story: string[] = []
  const endings: string[] = []
  const play = async (run: RunOfScenario): Promise<Ended | undefined> => {
    const task = taskOf(cluster, scenario)
    if (!task) return undefined
    const ended = await playRun(cluster, scenario, task, run, random, engine)
    endings.push(ended.kind)
    const calls = ended.done.map(({ at, name, member }) => `${at} ${name} ${member}`)
    story.push(...calls.filter((line) => !line.includes('look')), `${ended.kind}: ${ended.sentence}`)
    cluster.violations.push(...judgeRun(cluster, ended, isUndisturbed(scenario), run.events.length > 0))
    cluster.violations.push(...convergesAtOnce(scenario, run, ended))
    return ended
  }

  for (const run of scenario.runs) {
    await play(run)
    cluster.advance(run.delayMs)
  }
  putRight(cluster, scenario)
  for (let run = 0; run < RUNS_TO_CONVERGE; run++) await play(QUIET)
  if (taskOf(cluster, scenario)) cluster.violations.push('law 7: the runs did not converge')
  return { violations: [...new Set(cluster.violations)], story, endings }
}

const playRun = async (
  cluster: Cluster,
  scenario: Scenario,
  task: RollTask,
  run: RunOfScenario,
  random: () => number,
  engine: Engine,
): Promise<Ended> => {
  const { world, signal, died, done } = startRun(cluster, run, random)
  const before = cluster.hosts.map(({ stops, files }) => ({ stops, files }))
  const leader = cluster.leader?.name
  const slow = run.faults.filter(({ kind }) => kind === 'slow').length
  const common = { task, before, leader, done, slow }
  try {
    const policy = policyOf(scenario)
    /** As a deploy does it: what was left unconfirmed is settled first, then it is looked, planned and prepared anew. */
    const deploy = async (): Promise<RollResult> => {
      const left = task.members.some(({ unconfirmed }) => unconfirmed)
      const undone = left ? await finishEarlier(task, policy, world, signal) : []
      const now = left ? taskOf(cluster, scenario) : task
      if (!now) return { rolled: [], reverted: undefined, untouched: [] }
      for (const host of cluster.hosts) host.prepared = true
      return engine({ ...now, undone }, policy, world, signal)
    }
    const result = await Promise.race([deploy(), died])
    if (result === 'died') return { ...common, kind: 'died', sentence: '' }
    return { ...common, kind: 'rolled', result, sentence: result.rolled.join(', ') }
  } catch (error) {
    if (!(error instanceof RollFailure)) throw error
    const kind = error.cancelled ? 'cancelled' : 'stopped'
    return { ...common, kind, result: error.result, sentence: error.message }
  }
}

const policyOf = ({ soakMs, behaviours }: Scenario): RollPolicy => ({
  ...{ timeoutMs: TIMEOUT_MS, soakMs, pollMs: 500, cancelGraceMs: 3_000, maxWriteGapMs: undefined },
  allowDowntime: behaviours.length < 3,
})

/** What a plan would ask for, from what runs and what files are in place; undefined: all is as asked. */
const taskOf = (cluster: Cluster, { to }: Scenario): RollTask | undefined => {
  const members = cluster.hosts.map(({ name, files, staged, process, timerAt }) => ({
    unconfirmed: timerAt !== undefined,
    ...{ name, version: to, roll: files !== staged || process?.build !== staged },
  }))
  const left = cluster.hosts.filter((_, index) => members[index]!.roll)
  if (left.length === 0 && cluster.hosts.every(({ timerAt }) => timerAt === undefined)) return undefined
  const minorUpgrade = left.some(({ files }) => minorOf(files.version) !== minorOf(to))
  return { members, clusterId: CLUSTER_ID, quotaBytes: undefined, minorUpgrade }
}

/** The user mends what was wrong: a good build, disks, members started, strangers removed; and time for timers to have fired. */
const putRight = (cluster: Cluster, scenario: Scenario): void => {
  cluster.strangers = 0
  cluster.advance(100_000)
  const good = buildOf(scenario, 'good', 'mended', scenario.to)
  mendDisks(cluster.hosts, cluster.now)
  for (const host of cluster.hosts) {
    if (host.staged.behaviour !== 'good') host.staged = good
    if (!host.process && host.againAt === undefined) cluster.start(host)
  }
  cluster.advance(20_000)
}
