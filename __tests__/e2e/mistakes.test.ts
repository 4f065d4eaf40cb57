import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../../lab/lab.js'
import { run } from '../../lab/runner.js'
import { between, table } from '../../script/between.js'
import { e2eLab, VERSION } from './lab.js'
import { asRead, cell, MISTAKES, NEEDS_CLUSTERS } from './mistakes.js'
import { failed, refused } from './refusal.js'
import { passed } from './shape.js'

const PAGE = new URL('../../docs/troubleshooting.md', import.meta.url)
const UNTOUCHED = [1, 2, 3, 4]

/** Each mistake is made on real hosts. With `WRITE_DOCS` set, the page's table is written; else it has to be the same. */
describe('the mistakes that a new user makes', () => {
  let lab: Lab
  let right: Record<string, string>
  const sentences = new Map<string, string>()

  beforeAll(async () => {
    lab = await e2eLab()
    await lab.command('reset', 'all')
    right = await lab.inputs([1, 2, 3], VERSION)
  })
  afterAll(() => lab.command('reset', 'all'))

  const makeThem = (mistakes: typeof MISTAKES): void => {
    test.each(mistakes)('$title', async ({ title, early, inputs, prepare, undo }) => {
      await prepare?.(lab)
      try {
        const wrong = inputs(right, lab)
        const result = early ? failed(await run({ ...wrong })) : await refused(lab, wrong, UNTOUCHED)
        const { failure, log } = result
        expect(log.includes('Connect to'), log).toBe(!early)
        sentences.set(title, asRead(failure, lab))
      } finally {
        await undo?.(lab)
      }
    })
  }

  makeThem(MISTAKES.slice(0, NEEDS_CLUSTERS))

  test('two clusters are made to be mixed up', async () => {
    for (const hosts of [[1, 2, 3], [4]]) passed(await run(await lab.inputs(hosts, VERSION)))
  })

  makeThem(MISTAKES.slice(NEEDS_CLUSTERS))

  test('docs/troubleshooting.md has the sentence of each', async () => {
    const rows = MISTAKES.map(({ title }) => [title, cell(sentences.get(title) ?? '')])
    const page = await readFile(PAGE, 'utf8')
    const fresh = between(
      page,
      'mistakes',
      'made by __tests__/e2e/mistakes.test.ts',
      table(['mistake', 'what the job says'], rows),
    )
    if (process.env['WRITE_DOCS']) await writeFile(PAGE, fresh)
    else expect(page).toBe(fresh)
  })
})
