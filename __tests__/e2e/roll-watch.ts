import { expect } from 'vitest'
import type { RunResult } from '../../lab/runner.js'
import { brokenLaws, downtimes, type Outside, type Seen } from '../laws/outside.js'
import type { AtWork } from './cluster-at-work.js'
import { startSampler } from './sampler.js'
import { shownLog } from './shape.js'
import { readBack, startWriter } from './writers.js'

/** A run, and what was seen from outside while it went on. */
export interface Watched extends Seen {
  readonly result: RunResult
}

let watches = 0

/** For work that restarts nothing: who is only slow is waited for, and who refuses is still seen at once. */
export interface Patience {
  /** How long one answer of a member is waited for. */
  readonly answerMs: number
  /** How long the writer that fails over tries one write. */
  readonly patienceMs: number
}

/** Writes through all members and asks them how they are, all the time that `work` takes; then reads everything back. */
export const attend = async <T>(
  { addresses, client }: Pick<AtWork, 'addresses' | 'client'>,
  work: () => Promise<T>,
  { answerMs, patienceMs }: Partial<Patience> = {},
): Promise<Outside & { readonly result: T }> => {
  const root = `writers/${++watches}/`
  const free = startWriter({
    prefix: `${root}free/`,
    addresses,
    tls: client,
    everyMs: 25,
    answerMs,
    patienceMs,
  })
  const pinned = addresses.map((address) =>
    startWriter({ prefix: `${root}${address}/`, addresses: [address], tls: client, everyMs: 80, answerMs }),
  )
  const sampler = startSampler(addresses, client, answerMs)
  const [worked] = await Promise.allSettled([work()])
  const [byFree, ...byPinned] = await Promise.all([free, ...pinned].map((writer) => writer.stop()))
  const samples = await sampler.stop()
  if (worked.status === 'rejected') throw worked.reason
  return {
    ...{ result: worked.value, free: byFree!, pinned: byPinned, samples },
    kept: await Promise.all(addresses.map((address) => readBack(address, client, root))),
  }
}

/** Attends a run, and tells which members it restarted, in which order. */
export const watch = async (
  cluster: AtWork,
  work: () => Promise<RunResult>,
  patience?: Partial<Patience>,
): Promise<Watched> => {
  const [leader, startsBefore] = await Promise.all([cluster.leaderNow(), cluster.starts()])
  const attended = await attend(cluster, work, patience)
  const starts = await cluster.starts()
  return {
    ...attended,
    leader: leader - 1,
    restarted: [...starts.keys()]
      .filter((place) => starts[place] !== startsBefore[place])
      .sort((a, b) => starts[a]! - starts[b]!),
  }
}

/** What has to hold of every roll that went well, seen from outside. Prints the gaps. */
export const expectUndisturbed = (what: string, watched: Watched): void => {
  const { result, free, pinned, samples, restarted } = watched
  const longest = samples.flatMap(downtimes).map(({ from, to }) => to - from)
  console.log(
    `${what}: longest gap ${Math.round(free.longestGap.ms)} ms for the writer outside (${free.acknowledged.length} writes${
      free.longestGap.why && `; ${free.longestGap.why}`
    }), ` +
      `${Math.round(Number(result.outputs['max-write-gap-ms']))} ms for the canary; ` +
      `${pinned.map(({ failed }) => failed.length).join(', ')} failed writes of those with one member; ` +
      `${restarted.length} restarts, one member at most ${Math.round(Math.max(0, ...longest))} ms without an answer, ` +
      `of ${samples.flat().length}; the run took ${(result.tookMs / 1000).toFixed(1)} s`,
  )
  expect(brokenLaws(watched), shownLog(result)).toEqual([])
}
