import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labUp } from '../lab/lab.js'
import { run, type RunResult } from '../lab/runner.js'
import { floorOf } from './floor.js'

const VERSION = '3.5.30'
/** Rolled to and back: patch releases of one minor may follow each other both ways. */
const OTHER = '3.5.16'
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
/** Folder of another bundle, an earlier one, which is measured in turn with ours. */
const AGAINST = process.env['BENCH_AGAINST']

/** Folder of a bundle; undefined: ours. */
type Bundle = string | undefined

interface Row {
  readonly name: string
  readonly ours: readonly number[]
  readonly against: readonly number[]
  readonly floor: readonly number[]
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const show = (values: readonly number[]): string =>
  `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}-${Math.max(...values).toFixed(0)})`

const main = async (): Promise<void> => {
  const lab = await labUp('bench', 3)
  const toolCache = await mkdtemp(join(tmpdir(), 'etcd-deploy-bench-'))
  process.env['E2E_TOOL_CACHE'] = toolCache
  const inputs = { ...(await lab.inputs([1, 2, 3], VERSION)), 'cluster-token': 'bench' }
  const archive = lab.mirror.archives[VERSION]?.file ?? ''
  const floor = floorOf(lab)
  const posts: number[] = []
  /** From the start of the main step's process to its end, which is the verdict; the post step after it is counted apart. */
  const act = async (given: Record<string, string>, dist: Bundle): Promise<RunResult> => {
    const started = performance.now()
    const result = await run(given, dist === undefined ? {} : { dist })
    if (result.exitCode !== 0) throw new Error(result.log)
    if (dist === undefined) posts.push(performance.now() - started - result.tookMs)
    return result
  }
  const action = async (dist?: Bundle, more: Record<string, string> = {}): Promise<number> =>
    (await act({ ...inputs, ...more }, dist)).tookMs
  const nodeStart = (): Promise<number> => timed(async () => void execFileSync(process.execPath, ['-e', '0']))

  // The first deploy fills the runner's archive cache and gives the floor its files; it is not counted.
  await lab.command('reset', 'all')
  await action()
  await floor.keep()

  const rows: Row[] = []
  const measure = async (
    name: string,
    ours: (dist: Bundle) => Promise<number>,
    bare: () => Promise<number>,
    before: (dist: Bundle) => Promise<unknown> = async () => undefined,
  ): Promise<void> => {
    const row = { name, ours: [] as number[], against: [] as number[], floor: [] as number[] }
    for (let round = 0; round < ROUNDS; round++) {
      await before(undefined)
      row.floor.push(await bare())
      await before(undefined)
      row.ours.push(await ours(undefined))
      if (AGAINST !== undefined) {
        await before(AGAINST)
        row.against.push(await ours(AGAINST))
      }
      process.stderr.write('.')
    }
    rows.push(row)
  }

  await measure(
    'fresh deploy, 3 members',
    action,
    () =>
      timed(async () => {
        await nodeStart()
        await floor.upload(archive)
        await floor.start()
        await floor.health()
      }),
    () => lab.command('reset', 'all'),
  )
  await measure(
    'run with nothing to change',
    action,
    () =>
      timed(async () => {
        await nodeStart()
        await floor.login()
        await floor.health()
      }),
    // What one bundle leaves, another one may wish to change.
    (dist) => (AGAINST === undefined ? Promise.resolve() : action(dist)),
  )
  await measure(
    'health of 3 endpoints over SSH',
    (dist) => action(dist, { operation: 'health', 'ca-key': '' }),
    () =>
      timed(async () => {
        await nodeStart()
        await floor.health()
      }),
  )
  const gaps: number[] = []
  let version = VERSION
  await measure(
    'rolling upgrade of 3 members, soak 0',
    async (dist) => {
      version = version === VERSION ? OTHER : VERSION
      const result = await act({ ...inputs, ...(await lab.inputs([1, 2, 3], version)), soak: '0s' }, dist)
      // A round in which nothing had to be done would look like a fast one.
      const rolled = /^rolled: (.*)$/m.exec(result.log)?.[1]?.split(', ') ?? []
      if (result.outputs['changed'] !== 'true' || rolled.length !== 3) throw new Error(result.log)
      if (dist === undefined) gaps.push(Number(result.outputs['max-write-gap-ms']))
      return result.tookMs
    },
    () =>
      timed(async () => {
        await nodeStart()
        await floor.upload(archive, '/tmp/floor')
        await floor.restartInTurn()
        await floor.health()
      }),
  )
  await rm(toolCache, { recursive: true, force: true })
  process.stderr.write('\n')

  console.log(`etcd ${VERSION}, ${ROUNDS} rounds, milliseconds: median (least-most)\n`)
  console.log('| case | etcd-deploy | floor | ratio of medians |\n|---|---|---|---|')
  for (const { name, ours, floor: bare } of rows) {
    console.log(`| ${name} | ${show(ours)} | ${show(bare)} | ${(median(ours) / median(bare)).toFixed(2)} |`)
  }
  if (AGAINST !== undefined) {
    console.log(`\n| case | etcd-deploy | ${AGAINST} | ratio of medians |\n|---|---|---|---|`)
    for (const { name, ours, against } of rows) {
      console.log(
        `| ${name} | ${show(ours)} | ${show(against)} | ${(median(ours) / median(against)).toFixed(2)} |`,
      )
    }
  }
  console.log(`\nlongest write gap during a roll, as its canary saw it: ${show(gaps)} ms`)
  console.log(`post step, after the verdict: ${show(posts)} ms`)
}

await main()
