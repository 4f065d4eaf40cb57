import type { RunResult } from '../../lab/runner.js'
import type { Sample } from '../e2e/sampler.js'
import type { Acknowledged, Written } from '../e2e/writers.js'

/** What was seen from outside while something was done to a cluster. Members are told apart by their place, from 0. */
export interface Outside {
  /** Of the writer that fails over. */
  readonly free: Written
  /** Of the writers that know one member each. */
  readonly pinned: readonly Written[]
  /** By member. */
  readonly samples: readonly (readonly Sample[])[]
  /** What each member had afterwards of all that the writers wrote, by key. */
  readonly kept: readonly ReadonlyMap<string, Acknowledged>[]
}

/** The same, while a run rolled it. */
export interface Seen extends Outside {
  readonly result: Pick<RunResult, 'exitCode' | 'errors' | 'outputs'>
  /** The member that led when it began. */
  readonly leader: number
  /** Members whose etcd was started anew meanwhile, in the order of their starts. */
  readonly restarted: readonly number[]
}

/** Fewer writes, and a watch has not seen enough to say that nothing was wrong. */
const LEAST_WRITES = { free: 20, pinned: 5 } as const

/** The laws of a roll that went well which this one breaks, a sentence each; empty where it kept them all. */
export const brokenLaws = (seen: Seen): readonly string[] => LAWS.flatMap((law) => law(seen))

/** The laws among them that hold whatever became of the run. */
export const brokenSafety = (seen: Outside): readonly string[] => SAFETY.flatMap((law) => law(seen))

type Law = (seen: Seen) => readonly string[]
type SafetyLaw = (seen: Outside) => readonly string[]

const theRunPassed: Law = ({ result: { exitCode, errors } }) =>
  exitCode === 0 && errors.length === 0 ? [] : [`the run failed: ${errors.join('; ') || exitCode}`]

const theCanaryWrote: Law = ({ result: { outputs } }) => [
  ...(outputs['failed-writes'] === '0'
    ? []
    : [`the canary counted ${outputs['failed-writes']} failed writes`]),
  ...(Number(outputs['max-write-gap-ms']) > 0 ? [] : ['the canary has no write gap to tell']),
]

const noWriteFailed: Law = ({ free: { failed } }) =>
  failed.map((why) => `a write of the client that fails over failed: ${why}`)

const enoughWasWritten: Law = ({ free, pinned }) =>
  [free, ...pinned].flatMap(({ acknowledged: { length } }, index) => {
    const least = index === 0 ? LEAST_WRITES.free : LEAST_WRITES.pinned
    const who = index === 0 ? 'that fails over' : `of member ${index - 1}`
    return length >= least ? [] : [`the client ${who} wrote ${length} times: too few to tell`]
  })

/** A write that was tried twice may have been done twice; the one that counts is not older than the acknowledged one. */
const noWriteWasLost: SafetyLaw = ({ free, pinned, kept }) =>
  [free, ...pinned].flatMap(({ acknowledged }) =>
    acknowledged.flatMap(({ key, value, revision }) =>
      kept.flatMap((has, member) => {
        const found = has.get(key)
        return found?.value === value && found.revision >= revision ? [] : [`member ${member} lost ${key}`]
      }),
    ),
  )

const revisionsNeverWentBack: SafetyLaw = ({ free, pinned, samples }) => [
  ...[free, ...pinned].flatMap(({ acknowledged }) =>
    wentBack(acknowledged.map(({ revision }) => revision)).map((text) => `a client saw revisions go ${text}`),
  ),
  ...samples.flatMap((of, member) =>
    wentBack(of.flatMap(({ said }) => said?.revision ?? [])).map(
      (text) => `member ${member} told revisions that go ${text}`,
    ),
  ),
]

const wentBack = (revisions: readonly bigint[]): readonly string[] =>
  revisions.flatMap((revision, index) => {
    const before = revisions[index - 1] ?? revision
    return revision < before ? [`back from ${before} to ${revision}`] : []
  })

const membersStayedWhoTheyAre: SafetyLaw = ({ samples }) => {
  const said = samples.map((of) => of.flatMap((sample) => sample.said ?? []))
  const clusters = new Set(said.flat().map(({ cluster }) => cluster))
  return [
    ...(clusters.size === 1 ? [] : [`members told ${clusters.size} cluster ids`]),
    ...said.flatMap((of, member) => {
      const ids = new Set(of.map(({ id }) => id))
      return ids.size === 1 ? [] : [`member ${member} told ${ids.size} member ids`]
    }),
  ]
}

const restartsWereSeen: Law = ({ samples, restarted }) =>
  restarted.length === 0 || samples.some((of) => downtimes(of).length > 0)
    ? []
    : ['members were restarted and none was seen down: the watch sees nothing']

const noTwoWereDown: SafetyLaw = ({ samples }) => {
  const downs = samples.flatMap((of, member) => downtimes(of).map((down) => ({ ...down, member })))
  return downs.flatMap((one, index) =>
    downs
      .slice(index + 1)
      .filter(({ member, from, to }) => member !== one.member && from < one.to && one.from < to)
      .map(({ member }) => `members ${one.member} and ${member} were down at the same time`),
  )
}

/** From the first question that went without an answer to the next answer: one that waits for its etcd to serve belongs to it. */
export const downtimes = (samples: readonly Sample[]): readonly { from: number; to: number }[] =>
  samples.flatMap(({ at, said }, index) =>
    said !== undefined || (index > 0 && samples[index - 1]!.said === undefined)
      ? []
      : [{ from: at, to: samples.slice(index).find((later) => later.said !== undefined)?.at ?? Infinity }],
  )

const theLeaderWentLast: Law = ({ leader, restarted }) =>
  restarted.includes(leader) && restarted.at(-1) !== leader
    ? [`member ${leader} led and was not the last one to be restarted, which was ${restarted.at(-1)}`]
    : []

const SAFETY: readonly SafetyLaw[] = [
  noWriteWasLost,
  revisionsNeverWentBack,
  membersStayedWhoTheyAre,
  noTwoWereDown,
]

const LAWS: readonly Law[] = [
  theRunPassed,
  theCanaryWrote,
  noWriteFailed,
  enoughWasWritten,
  ...SAFETY,
  restartsWereSeen,
  theLeaderWentLast,
]
