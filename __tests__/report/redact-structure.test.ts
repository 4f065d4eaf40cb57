import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { renderJunit } from '../../src/report/junit.js'
import type { Outcome } from '../../src/report/outcome.js'
import { renderOutputs } from '../../src/report/outputs.js'
import { makeKeeper, redactAll } from '../../src/report/redact.js'
import { renderReportJson } from '../../src/report/report-json.js'
import { renderSummary } from '../../src/report/summary.js'
import { OUTCOMES } from './outcomes.js'

/** Words that are in keys, markup, numbers and names of every document. */
const COMMON =
  'true null etcd name kind roll none deploy plan 2379 https http member members version error endpoint healthy details summary table ' +
  'testcase testsuite failure class time message 192.168 3.6. gantt mermaid title section steps parts unit release ---- **** &#10; ```'

const hiding = (secrets: readonly string[], outcome: Outcome): Outcome => {
  const keeper = makeKeeper()
  secrets.forEach(keeper.keep)
  return redactAll(outcome, keeper)
}

/** Where what is in data, and of what kind; the text itself left out. */
const shapeOf = (data: unknown): unknown => {
  if (typeof data === 'string') return 'text'
  if (Array.isArray(data)) return data.map(shapeOf)
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, shapeOf(value)]))
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const tagsOf = (xml: string): readonly string[] => {
  const tags: string[] = []
  const parser = new SaxesParser()
  parser.on(
    'opentag',
    ({ name, attributes }) => void tags.push(`${name} ${Object.keys(attributes).join(' ')}`),
  )
  parser.on('error', (error) => {
    throw error
  })
  parser.write(xml).close()
  return tags
}

/** What a page is laid out with: every line with its texts left out. */
const layoutOf = (page: string): readonly string[] =>
  page.split('\n').map((line) => line.replace(/[^|<>#`]/g, ''))

const keepsStructure = (secrets: readonly string[], outcome: Outcome): void => {
  const hidden = hiding(secrets, outcome)
  expect(shapeOf(JSON.parse(renderReportJson(hidden)))).toEqual(
    shapeOf(JSON.parse(renderReportJson(outcome))),
  )
  const [outputs, plain] = [renderOutputs(hidden), renderOutputs(outcome)]
  for (const [name, value] of Object.entries(plain)) {
    if (!/^[[{]/.test(value)) continue
    expect(shapeOf(parsed(outputs[name as keyof typeof outputs])), name).toEqual(shapeOf(parsed(value)))
  }
  for (const name of [
    'healthy',
    'changed',
    'latencies',
    'max-latency-ms',
    'cluster-id',
    'leader',
    'version',
  ] as const)
    expect(outputs[name], name).toBe(plain[name])
  expect(tagsOf(renderJunit(hidden))).toEqual(tagsOf(renderJunit(outcome)))
  const [page, full] = [renderSummary(hidden), renderSummary(outcome)].map(layoutOf)
  expect(page?.length).toBe(full?.length)
}

describe.each(Object.entries(OUTCOMES))('a secret that is a common word, in %s', (_, outcome) => {
  it.each(COMMON.split(' '))('%s tears nothing apart', (word) => keepsStructure([word], outcome))

  it('tears nothing apart, whatever it is', () =>
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 4, maxLength: 8 }), { minLength: 1, maxLength: 3 }),
        (words) => keepsStructure(words, outcome),
      ),
      { numRuns: 30 },
    ))
})

describe('what is hidden', () => {
  const outcome = Object.values(OUTCOMES)[0]!
  const secret = 'correct horse battery'
  it('is a short secret in text, wherever it stands', () => {
    const hidden = hiding(['hunter2'], { ...outcome, failure: 'no hunter2', warnings: ['a hunter2 b'] })
    expect(renderReportJson(hidden)).not.toContain('hunter2')
    expect(renderOutputs(hidden).failure).toBe('no ***')
    expect(renderSummary(hidden)).not.toContain('hunter2')
  })
  it('is a long one in names too', () => {
    const hidden = hiding([secret], { ...outcome, runUrl: `https://${secret}/x`, reportPath: `/${secret}` })
    expect(renderReportJson(hidden)).not.toContain(secret)
    expect(renderOutputs(hidden).report).toBe('/***')
  })
})
