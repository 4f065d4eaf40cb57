import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verifyAsGo } from '../../../src/pki/go-x509/verify.js'
import { leafUnder, makeCase, pemOf, type Case } from './case.js'
import { EXT, NAME, craft } from './craft.js'
import { askGo, hasGo } from './oracle.js'

const RECORD = new URL('../oracle/random-verdicts.json', import.meta.url)
const SEED = 20_260_601
const COUNT = 400

/** Few labels and few octets, so that names and constraints meet. */
const label = fc.constantFrom('a', 'b', 'B', 'ab', 'a-b', 'x1')
const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
const octet = fc.constantFrom(0, 1, 5, 10, 127, 192, 255)
const address = fc.tuple(octet, octet, octet, octet)
const maskOf = (bits: number): number[] =>
  [0, 8, 16, 24].map((from) => 256 - 2 ** (8 - Math.min(8, Math.max(0, bits - from))))
const range = fc.tuple(address, fc.integer({ min: 0, max: 32 }), fc.boolean()).map(([ip, bits, plain]) => {
  const mask = maskOf(bits)
  // One in two as it should be: without host bits.
  return { octets: [...(plain ? ip.map((part, index) => part & (mask[index] ?? 0)) : ip), ...mask], plain }
})
const range6 = fc
  .tuple(fc.constantFrom('00', 'fd', '20'), fc.constantFrom(0, 1, 7, 8))
  .map(
    ([first, bits]) =>
      `${first}${'00'.repeat(15)}${(256 - 2 ** (8 - bits)).toString(16).padStart(2, '0')}${'00'.repeat(15)}`,
  )

interface Part {
  readonly der: Buffer
  readonly plain: boolean
}
const part = (der: Buffer, plain = true): Part => ({ der, plain })

const constraint = fc.oneof(
  { weight: 3, arbitrary: range.map(({ octets: all, plain }) => part(NAME.ip(...all), plain)) },
  { weight: 1, arbitrary: range6.map((all) => part(NAME.ipHex(all))) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('', '.', '*.'), domain)
      .map(([dot, name]) => part(NAME.dns(dot + name))),
  },
  { weight: 1, arbitrary: fc.constant(part(NAME.dns(''))) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('', '.', 'me@'), domain)
      .map(([dot, name]) => part(NAME.email(dot + name))),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('', '.'), domain).map(([dot, name]) => part(NAME.uri(dot + name))),
  },
  { weight: 1, arbitrary: fc.constant(part(NAME.directory('x'))) },
)

const name = fc.oneof(
  { weight: 3, arbitrary: address.map((all) => NAME.ip(...all)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('00', 'fd', '20', '7f').map((first) => NAME.ipHex(first + '00'.repeat(15))),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constantFrom('', '', '*.'), domain).map(([star, text]) => NAME.dns(star + text)),
  },
  { weight: 1, arbitrary: domain.map((text) => NAME.email(`me@${text}`)) },
  { weight: 1, arbitrary: domain.map((text) => NAME.uri(`spiffe://${text}/x`)) },
)

const limits = fc.record({
  permitted: fc.array(constraint, { maxLength: 4 }),
  excluded: fc.array(constraint, { maxLength: 2 }),
  critical: fc.constantFrom(false, false, false, true),
  names: fc.array(name, { minLength: 1, maxLength: 2 }),
})

type Limits = typeof limits extends fc.Arbitrary<infer T> ? T : never

const caseOf = ({ permitted, excluded, critical, names }: Limits): Case => {
  const constraints = EXT.constraints(
    permitted.map(({ der }) => der),
    excluded.map(({ der }) => der),
    critical,
  )
  const root = craft({ extensions: [EXT.ca(), EXT.certSign, constraints] })
  const leaf = leafUnder(root, { extensions: [EXT.notCa, EXT.both, EXT.names(...names)] })
  return makeCase('', [leaf], [root])
}

const refusedByUs = ({ chain, roots, at, usages }: Case): boolean =>
  verifyAsGo({ certificatePem: pemOf(chain), caPem: pemOf(roots), at, usages }).length > 0

/** Go 1.26 overlooks excluded ranges with host bits, which Go 1.25 and older find: there we refuse more. */
const mayBeStricter = ({ excluded }: Limits): boolean => excluded.some(({ plain }) => !plain)

const compare = (sample: readonly Limits[], refusedByGo: readonly boolean[]): void => {
  sample.forEach((one, index) => {
    const [ours, go] = [refusedByUs(caseOf(one)), refusedByGo[index]]
    const shown = JSON.stringify({ number: index, ours, go, ...one })
    if (go === true || !mayBeStricter(one)) expect(ours, shown).toBe(go)
  })
  // A sample without both verdicts would show nothing.
  expect(new Set(refusedByGo).size).toBe(2)
}

describe('random name constraints against random names', () => {
  it('get the verdicts that Go gave when it was last asked', () => {
    const sample = fc.sample(limits, { seed: SEED, numRuns: COUNT })
    if (process.env.WRITE_VERDICTS === '1') {
      const answers = askGo(sample.map(caseOf)).map((refused) => (refused === '' ? '.' : 'x'))
      writeFileSync(RECORD, `${JSON.stringify({ seed: SEED, verdicts: answers.join('') }, null, 2)}\n`)
    }
    const record = JSON.parse(readFileSync(RECORD, 'utf8')) as { readonly verdicts: string }
    expect(record.verdicts).toHaveLength(COUNT)
    compare(
      sample,
      [...record.verdicts].map((verdict) => verdict === 'x'),
    )
  }, 60_000)

  it.runIf(hasGo)(
    'get the verdicts of Go',
    () => {
      const sample = fc.sample(limits, COUNT)
      compare(
        sample,
        askGo(sample.map(caseOf)).map((refused) => refused !== ''),
      )
    },
    180_000,
  )
})
