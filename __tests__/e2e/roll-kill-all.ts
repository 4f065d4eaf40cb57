import { existsSync } from 'node:fs'
import { appendFile, readFile } from 'node:fs/promises'
import { type KillPoint, killPoints, oneOfEachKind, pointName } from './roll-kill-points.js'
import type { Endured, Victims } from './roll-kill.js'

/** One line of the results. */
interface Tried extends Endured {
  readonly point: string
}

export interface Enumeration {
  /** Clusters that work side by side: most of the time is spent waiting for timers. */
  readonly clusters: readonly Victims[]
  /** Points whose name it matches are tried. */
  readonly filter: RegExp
  /** A line for each point; those in it that went well are not tried again. */
  readonly resultsFile: string
  /** No point is begun after so long. */
  readonly minutes: number
  readonly say: (line: string) => void
}

/** Tries all points, says how each went, and how many there were. Gives what is not as it should be. */
export const tryAll = async ({
  clusters,
  filter,
  resultsFile,
  minutes,
  say,
}: Enumeration): Promise<readonly string[]> => {
  const end = Date.now() + minutes * 60_000
  const all = killPoints(await clusters[0]!.record())
  const results = existsSync(resultsFile)
    ? (await readFile(resultsFile, 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Tried)
    : []
  const tried = new Map(results.map((result) => [result.point, result]))
  const isDue = (point: KillPoint): boolean => {
    const name = pointName(point)
    return filter.test(name) && tried.get(name)?.problems.length !== 0
  }
  // One of each kind first: what is wrong shows sooner.
  const queue = [...new Set([...oneOfEachKind(all), ...all])].filter(isDue)
  say(`${all.length} points, ${queue.length} to try`)
  const work = async (victims: Victims): Promise<void> => {
    for (let point = queue.shift(); point && Date.now() < end; point = queue.shift()) {
      const result = { point: pointName(point), ...(await victims.kill(point)) }
      tried.set(result.point, result)
      await appendFile(resultsFile, `${JSON.stringify(result)}\n`)
      say(lineOf(result))
    }
  }
  await Promise.all(clusters.map(work))
  const done = all.flatMap((point) => tried.get(pointName(point)) ?? [])
  for (const [at, result] of done.entries()) say(`${at + 1}. ${lineOf(result)}`)
  const bad = done.flatMap(({ point, problems }) => problems.map((problem) => `${point}: ${problem}`))
  const healed = done.filter(({ healedAfterS }) => healedAfterS !== undefined)
  const converged = done.filter(({ problems }) => problems.length === 0)
  const lost = bad.filter((problem) => / lost writers\//.test(problem)).length
  say(
    `${all.length} points, ${done.length} tried: ${healed.length} healed by themselves (the slowest in ` +
      `${Math.max(0, ...healed.map(({ healedAfterS = 0 }) => healedAfterS)).toFixed(1)} s), in ${done.length - healed.length} the next run ` +
      `began at once; ${converged.length} converged, ${lost} writes lost`,
  )
  return bad
}

const lineOf = ({ point, healedAfterS, problems }: Tried): string =>
  `${point}: ${[
    healedAfterS === undefined ? '' : `healed after ${healedAfterS.toFixed(1)} s`,
    ...(problems.length === 0 ? ['converged'] : problems),
  ]
    .filter((clause) => clause !== '')
    .join(', ')}`
