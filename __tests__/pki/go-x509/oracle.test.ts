import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { verifyAsGo } from '../../../src/pki/go-x509/verify.js'
import { pemOf } from './case.js'
import { chainCases } from './corpus-chains.js'
import { formCases } from './corpus-forms.js'
import { nameCases } from './corpus-names.js'
import { askGo, hasGo } from './oracle.js'

const RECORD = new URL('../oracle/verdicts.json', import.meta.url)
const cases = [...nameCases(), ...chainCases(), ...formCases()]

/** What Go said when it was last asked with WRITE_VERDICTS=1: empty texts where it accepts. */
const recorded = (): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(RECORD, 'utf8')) as Record<string, string>

let verdicts: Readonly<Record<string, string>> = {}

beforeAll(() => {
  if (!hasGo) {
    verdicts = recorded()
    return
  }
  const answers = askGo(cases)
  verdicts = Object.fromEntries(cases.map(({ name }, index) => [name, answers[index] ?? 'no answer']))
  if (process.env.WRITE_VERDICTS === '1') writeFileSync(RECORD, `${JSON.stringify(verdicts, null, 2)}\n`)
}, 180_000)

describe('verifyAsGo and Go agree on', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (name, one) => {
    const problems = verifyAsGo({
      certificatePem: pemOf(one.chain),
      caPem: pemOf(one.roots),
      at: one.at,
      usages: one.usages,
    })
    const said = verdicts[name]
    expect(said, 'a verdict of Go').toBeDefined()
    if (one.stricter !== undefined) expect(problems, one.stricter).not.toEqual([])
    else if (said === '') expect(problems).toEqual([])
    if (said !== '') expect(problems, said).not.toEqual([])
  })

  it('cases with names of their own, each with a verdict', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
    expect(Object.keys(recorded()).sort()).toEqual(cases.map(({ name }) => name).sort())
  })
})
