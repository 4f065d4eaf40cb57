import type { RollResult, RollTask } from '../../src/apply/engine/port.js'
import type { Cluster } from './cluster.js'
import type { Build } from './host.js'
import type { RunOfScenario, Scenario } from './scenario.js'
import type { Done } from './world.js'

/** A run that is over, and how things were when it began. */
export interface Ended {
  readonly kind: 'rolled' | 'stopped' | 'cancelled' | 'died'
  readonly sentence: string
  readonly result?: RollResult
  readonly task: RollTask
  readonly before: readonly { readonly stops: number; readonly files: Build }[]
  readonly leader: string | undefined
  readonly done: readonly Done[]
  /** Calls that took seconds. */
  readonly slow: number
}

/** The laws that are judged when a run has ended; laws 1 and 2 are watched at every tick of the cluster itself. */
export const judgeRun = (
  cluster: Cluster,
  ended: Ended,
  undisturbed: boolean,
  disturbedByOthers: boolean,
): string[] => [
  ...(ended.kind === 'rolled' && !disturbedByOthers ? atSuccess(cluster, ended) : []),
  ...(ended.kind === 'rolled' ? asAsked(cluster) : []),
  ...untouched(cluster, ended),
  ...afterRevert(ended),
  ...afterCancel(ended),
  ...endsAfterCancel(cluster, ended),
  ...putBack(cluster, ended),
  ...(undisturbed ? inOrder(ended) : []),
]

/** Law 7: where nothing but the run before went wrong, the next one does all that was asked, whenever it begins. */
export const convergesAtOnce = (
  { behaviours, runs }: Scenario,
  { faults }: RunOfScenario,
  { kind, sentence }: Ended,
): string[] => {
  const quiet = behaviours.every((each) => each === 'good') && runs.every(({ events }) => events.length === 0)
  return quiet && faults.length === 0 && kind !== 'rolled'
    ? [`law 7: a run after one that went wrong ended as ${kind}: ${sentence}`]
    : []
}

/** Law 8. A build that crashes may do so after the last look; where that member led, the others elect for a moment. */
const atSuccess = (cluster: Cluster, { task }: Ended): string[] =>
  cluster.hosts.flatMap((host, _, hosts) => {
    const electing =
      !cluster.leader && hosts.some(({ files, process }) => files.behaviour === 'crashes' && !process)
    const bad = host.files.behaviour === 'crashes' || electing
    const rolled = task.members.some(({ name, roll }) => roll && name === host.name)
    return cluster.isHealthy(host) || bad
      ? []
      : [`law 8: ${host.name} is not healthy after success (rolled: ${rolled})`]
  })

const asAsked = ({ hosts }: Cluster): string[] =>
  hosts.flatMap(({ name, files, staged, timerAt }) => [
    ...(files === staged ? [] : [`law 8: ${name} is not as asked after success`]),
    ...(timerAt === undefined ? [] : [`law 8: the timer of ${name} is armed after success`]),
  ])

/** Law 3: who is said to be untouched was not stopped. */
const untouched = ({ hosts }: Cluster, { result, before }: Ended): string[] =>
  hosts.flatMap(({ name, stops }, index) =>
    result?.untouched.includes(name) && stops !== before[index]!.stops
      ? [`law 3: ${name} is said to be untouched but was restarted`]
      : [],
  )

/** Law 3: after a member of this run was put back, no other one is touched. */
const afterRevert = ({ done }: Ended): string[] => {
  const reverted = done.findIndex(
    ({ name, member }, index) =>
      name === 'revert' &&
      done.slice(0, index).some((earlier) => earlier.name === 'restart' && earlier.member === member),
  )
  if (reverted < 0) return []
  const next = done
    .slice(reverted)
    .find(({ name, member }) => touches(name) && member !== done[reverted]!.member)
  return next ? [`law 3: ${next.member} was touched after ${done[reverted]!.member} was put back`] : []
}

const touches = (name: string): boolean => ['arm', 'swap', 'restart'].includes(name)

/** After a cancel no member is begun. */
const afterCancel = ({ done }: Ended): string[] => {
  const first = done.findIndex(({ cancelled }) => cancelled)
  const next = done.find(({ name }, index) => first >= 0 && index > first + 1 && name === 'restart')
  return next ? [`${next.member} was restarted after the run was cancelled`] : []
}

const CANCEL_MS = 15_000
const SLOW_CALL_MS = 9_000

/** The runner does not wait long: what is in hand is finished or put back, and that is the end of it. */
const endsAfterCancel = ({ now }: Cluster, { done, kind, slow }: Ended): string[] => {
  const since = done.find(({ cancelled }) => cancelled)?.at
  return kind !== 'died' && since !== undefined && now - since > CANCEL_MS + slow * SLOW_CALL_MS
    ? [`the run went on for ${now - since} ms after it was cancelled`]
    : []
}

/** Who is said to have been put back has the files of before. */
const putBack = ({ hosts }: Cluster, { result, before }: Ended): string[] =>
  hosts.flatMap(({ name, files }, index) =>
    result?.reverted === name && files !== before[index]!.files && files.id !== 'old'
      ? [`${name} is said to have been put back, and was not`]
      : [],
  )

/** On a roll that nothing disturbs: once each, the leader last, and never while it leads. */
const inOrder = ({ done, leader, kind, task, sentence }: Ended): string[] => {
  const restarts = done.filter(({ name }) => name === 'restart')
  const names = restarts.map(({ member }) => member)
  const expected = task.members.filter(({ roll }) => roll).map(({ name }) => name)
  return [
    ...(kind === 'rolled' ? [] : [`an undisturbed roll ended as ${kind}: ${sentence}`]),
    ...(names.length === expected.length && new Set(names).size === names.length
      ? []
      : [`restarted ${names.join(', ')}, expected were ${expected.join(', ')}`]),
    ...(names.at(-1) === leader ? [] : [`the leader ${leader} was not rolled last: ${names.join(', ')}`]),
    ...restarts
      .filter((restart) => task.members.length > 1 && restart.leader === restart.member)
      .map(({ member }) => `${member} was restarted while it led`),
  ]
}
