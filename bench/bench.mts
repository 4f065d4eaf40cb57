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

interface Row {
  readonly name: string
  readonly ours: readonly number[]
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
  const inputs = await lab.inputs([1, 2, 3], VERSION)
  const archive = lab.mirror.archives[VERSION]?.file ?? ''
  const floor = floorOf(lab)
  const posts: number[] = []
  /** From the start of the main step's process to its end, which is the verdict; the post step after it is counted apart. */
  const act = async (given: Record<string, string>): Promise<RunResult> => {
    const started = performance.now()
    const result = await run(given)
    if (result.exitCode !== 0) throw new Error(result.log)
    posts.push(performance.now() - started - result.tookMs)
    return result
  }
  const action = async (more: Record<string, string> = {}): Promise<number> =>
    (await act({ ...inputs, ...more })).tookMs
  const nodeStart = (): Promise<number> => timed(async () => void execFileSync(process.execPath, ['-e', '0']))

  // The first deploy fills the runner's archive cache and gives the floor its files; it is not counted.
  await lab.command('reset', 'all')
  await action()
  await floor.keep()

  const rows: Row[] = []
  const measure = async (
    name: string,
    ours: () => Promise<number>,
    bare: () => Promise<number>,
    before: () => Promise<unknown> = async () => undefined,
  ): Promise<void> => {
    const row = { name, ours: [] as number[], floor: [] as number[] }
    for (let round = 0; round < ROUNDS; round++) {
      await before()
      row.floor.push(await bare())
      await before()
      row.ours.push(await ours())
      process.stderr.write('.')
    }
    rows.push(row)
  }

  await measure(
    'fresh deploy, 3 members',
    () => action(),
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
    () => action(),
    () =>
      timed(async () => {
        await nodeStart()
        await floor.login()
        await floor.health()
      }),
  )
  await measure(
    'health of 3 endpoints over SSH',
    () => action({ operation: 'health', 'ca-key': '' }),
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
    async () => {
      version = version === VERSION ? OTHER : VERSION
      const result = await act({ ...(await lab.inputs([1, 2, 3], version)), soak: '0s' })
      // A round in which nothing had to be done would look like a fast one.
      const rolled = /^rolled: (.*)$/m.exec(result.log)?.[1]?.split(', ') ?? []
      if (result.outputs['changed'] !== 'true' || rolled.length !== 3) throw new Error(result.log)
      gaps.push(Number(result.outputs['max-write-gap-ms']))
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
  console.log(`\nlongest write gap during a roll, as its canary saw it: ${show(gaps)} ms`)
  console.log(`post step, after the verdict: ${show(posts)} ms`)
}

await main()
