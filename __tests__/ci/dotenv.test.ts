import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dotenv, GITLAB, SHELL } from '../../src/ci/dotenv.js'

const textOf = (outputs: Record<string, string>, form = SHELL): string =>
  dotenv(new Map(Object.entries(outputs)), form).text

describe('outputs for a shell', () => {
  it.each([
    ['a plain value', { 'plan-digest': 'ab12' }, 'ETCD_DEPLOY_OUTPUT_PLAN_DIGEST=ab12\n'],
    ['nothing', { leader: '' }, 'ETCD_DEPLOY_OUTPUT_LEADER=\n'],
    ['JSON', { members: '[{"a":1}]' }, `ETCD_DEPLOY_OUTPUT_MEMBERS='[{"a":1}]'\n`],
    ['quotes', { failure: "it's" }, `ETCD_DEPLOY_OUTPUT_FAILURE='it'\\''s'\n`],
    ['several lines, as one', { failure: 'a:\n- b\r\n- c\n' }, `ETCD_DEPLOY_OUTPUT_FAILURE='a: - b - c'\n`],
  ])('hold %s', (_, outputs, text) => {
    expect(textOf(outputs)).toBe(text)
  })

  it('give a shell exactly the value, whatever is in it', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^['"$`\\!;&|<>(){} #~*?a-z]{0,30}$/),
    )
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const outputs = Object.fromEntries(values.map((text, index) => [`v-${index}`, text]))
        const print = values.map((_, index) => `"$ETCD_DEPLOY_OUTPUT_V_${index}"`).join(' ')
        const shown = execFileSync(
          'sh',
          ['-c', `eval "$1"; printf '%s\\n' ${print}`, 'sh', textOf(outputs)],
          {
            encoding: 'utf8',
          },
        )
        // What no line can hold is a blank.
        const expected = values.map((text) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim())
        expect(shown).toBe(`${expected.join('\n')}\n`)
      }),
      { numRuns: 30 },
    )
  }, 60_000)
})

describe('outputs for GitLab', () => {
  it('have no quotes, which GitLab would take for a part of the value', () => {
    expect(textOf({ members: '[{"a":"it\'s"}]' }, GITLAB)).toBe(`ETCD_DEPLOY_OUTPUT_MEMBERS=[{"a":"it's"}]\n`)
  })

  it('stay below what GitLab takes: the longest go first, and are named', () => {
    const outputs = new Map([
      ['plan', 'x'.repeat(9000)],
      ['healthy', 'true'],
      ['endpoints', 'y'.repeat(4000)],
      ['members', 'z'.repeat(3000)],
    ])
    const { text, leftOut } = dotenv(outputs, GITLAB)
    expect(leftOut).toEqual(['plan', 'endpoints'])
    expect(text.split('\n').map((line) => line.slice(0, 40))).toEqual([
      'ETCD_DEPLOY_OUTPUT_PLAN=',
      'ETCD_DEPLOY_OUTPUT_HEALTHY=true',
      'ETCD_DEPLOY_OUTPUT_ENDPOINTS=',
      `ETCD_DEPLOY_OUTPUT_MEMBERS=${'z'.repeat(13)}`,
      '',
    ])
    expect(dotenv(outputs, SHELL).leftOut).toEqual([])
  })

  it('never are more than that, or longer than a line each', () => {
    const outputs = fc.dictionary(
      fc.stringMatching(/^[a-z][a-z-]{0,20}$/),
      fc.string({ unit: 'grapheme', maxLength: 3000 }),
    )
    fc.assert(
      fc.property(outputs, (texts) => {
        const text = textOf(texts, GITLAB)
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(5120)
        expect(text).toMatch(/^(?:ETCD_DEPLOY_OUTPUT_[A-Z_]+=[^\n]*\n)*$/)
      }),
    )
  })
})
