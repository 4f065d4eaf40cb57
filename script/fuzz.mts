import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fuzz, shared } from '../__tests__/parsers/fuzz.js'
import { PARSERS } from '../__tests__/parsers/registry.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, share: { type: 'string' } },
})
const count = Number(positionals[0] ?? '1000000')
const seed = Number(values.seed ?? Date.now() & 0x7fffffff)
if (!(count >= 1) || !Number.isInteger(seed)) throw new Error('usage: script/fuzz [COUNT] [--seed N]')

/** Every reader, with the cases of one of so many processes; each process has a seed of its own. */
const runShare = (part: number, parts: number): void => {
  for (const [parser, cases] of shared(PARSERS, count / parts)) {
    const began = performance.now()
    const wrong = fuzz(parser, cases, seed + part)
    if (wrong !== undefined) {
      console.error(wrong)
      process.exitCode = 1
    }
    process.send?.({ cases, name: parser.name, ms: performance.now() - began })
  }
}

const runAll = async (): Promise<void> => {
  const parts = availableParallelism()
  const began = performance.now()
  let done = 0
  let shown = 0
  const endings = Array.from({ length: parts }, (_, part) => {
    const child = fork(fileURLToPath(import.meta.url), [
      String(count),
      '--seed',
      String(seed),
      '--share',
      `${part}/${parts}`,
    ])
    child.on('message', ({ cases }: { readonly cases: number }) => {
      done += cases
      if (done - shown < count / 10) return
      shown = done
      console.log(`${done} texts`)
    })
    return new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
  })
  const failed = (await Promise.all(endings)).some((code) => code !== 0)
  const seconds = (performance.now() - began) / 1000
  console.log(
    `${done} texts for ${PARSERS.length} readers in ${seconds.toFixed(1)} s, ${Math.round(done / seconds)} a second, seed ${seed}: ` +
      (failed ? 'some were read wrongly' : 'all read well'),
  )
  if (failed) process.exitCode = 1
}

const [part, parts] = (values.share ?? '').split('/').map(Number)
if (part !== undefined && parts !== undefined) runShare(part, parts)
else await runAll()
